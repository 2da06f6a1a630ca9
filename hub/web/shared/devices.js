/**
 * The agent's microphone and camera: opened for a check or a call, closed after it.
 *
 * A device that disappears is replaced within moments (S-05); whoever listens is told.
 */

/** Why a device cannot be used: `denied`, `absent`, `busy` or `failed`. */
export class DeviceRefused extends Error {
  constructor(kind, reason) {
    super(`${kind}: ${reason}`);
    this.name = "DeviceRefused";
    this.kind = kind;
    this.reason = reason;
  }
}

const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
};

/** Open one device. `kind`: "audio" or "video"; a remembered device that is gone is replaced by the usual one. */
export async function openDevice(kind, deviceId = "") {
  const chosen = deviceId ? { deviceId: { exact: deviceId } } : {};
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ [kind]: { ...CONSTRAINTS[kind], ...chosen } });
    return stream.getTracks()[0];
  } catch (error) {
    if (deviceId && error.name === "OverconstrainedError") return openDevice(kind);
    throw new DeviceRefused(kind, REASONS[error.name] ?? "failed");
  }
}

/**
 * Open both with one question to the agent where the browser can; each on its own when that fails, so that a
 * missing camera never costs the microphone. Ids: "" is the usual device, null is none.
 *
 * Resolves to `{audio, video}`, each a MediaStreamTrack, a DeviceRefused, or null when not wanted.
 */
export async function openPair({ audio, video }) {
  if (audio === "" && video === "") {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
      return { audio: stream.getAudioTracks()[0], video: stream.getVideoTracks()[0] };
    } catch {
      // One of the two is missing or refused: which one is found below.
    }
  }
  const attempt = async (kind, id) => {
    if (id === null) return null;
    try {
      return await openDevice(kind, id);
    } catch (error) {
      if (error instanceof DeviceRefused) return error;
      throw error;
    }
  };
  return { audio: await attempt("audio", audio), video: await attempt("video", video) };
}

/** The devices of one kind as `{id, label}`; labels are empty before the first permission. */
export async function listDevices(kind) {
  const wanted = { audio: "audioinput", video: "videoinput", output: "audiooutput" }[kind];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((d) => d.kind === wanted && d.deviceId).map((d) => ({ id: d.deviceId, label: d.label }));
}

/** The microphone and camera of a call, with their switches. */
export class CallDevices {
  #choice;
  #tracks = { audio: null, video: null };
  #wanted = { audio: true, video: true };
  #open = false;
  #onTrack;
  #onProblem;
  #watch = () => this.#reacquire();

  /** `choice()` gives `{audio, video}` device ids (video null: no camera). `onTrack(kind, track)`, `onProblem(kind, reason)`. */
  constructor({ choice, onTrack, onProblem }) {
    this.#choice = choice;
    this.#onTrack = onTrack;
    this.#onProblem = onProblem;
  }

  get tracks() {
    return { ...this.#tracks };
  }

  /** What is sent: `{audio, video}` true or false. */
  get sending() {
    const on = (kind) => this.#wanted[kind] && this.#tracks[kind]?.readyState === "live";
    return { audio: on("audio"), video: on("video") };
  }

  /** Open both, each on its own: a missing camera never costs the microphone. */
  async open() {
    this.#open = true;
    navigator.mediaDevices.addEventListener("devicechange", this.#watch);
    const opened = await openPair(this.#choice());
    for (const kind of ["audio", "video"]) this.#take(kind, opened[kind]);
  }

  /** Switch the microphone or the camera; the track stays on the line, dark or silent. */
  setWanted(kind, wanted) {
    this.#wanted[kind] = wanted;
    if (this.#tracks[kind]) this.#tracks[kind].enabled = wanted;
  }

  /** Let go of both devices. */
  close() {
    this.#open = false;
    navigator.mediaDevices.removeEventListener("devicechange", this.#watch);
    for (const kind of ["audio", "video"]) {
      this.#tracks[kind]?.stop();
      this.#tracks[kind] = null;
      this.#wanted[kind] = true;
    }
  }

  async #acquire(kind) {
    const opened = await openPair({ audio: null, video: null, [kind]: this.#choice()[kind] });
    this.#take(kind, opened[kind]);
  }

  #take(kind, track) {
    if (!this.#open) {
      track?.stop?.();
      return;
    }
    if (track === null || track instanceof DeviceRefused) {
      this.#onProblem(kind, track?.reason ?? "none");
      return;
    }
    track.enabled = this.#wanted[kind];
    track.onended = () => {
      this.#onProblem(kind, "lost");
      this.#acquire(kind);
    };
    this.#tracks[kind] = track;
    this.#onTrack(kind, track);
  }

  #reacquire() {
    for (const kind of ["audio", "video"]) {
      if (this.#open && this.#tracks[kind]?.readyState !== "live") this.#acquire(kind);
    }
  }
}
