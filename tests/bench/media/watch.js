/**
 * What a browser's end of a call sees and hears, noted with little work: put into a page before its own scripts.
 *
 * Instants are milliseconds of the wall clock (`performance.timeOrigin` and `now`). Of each rendered picture of a
 * remote <video> only the band with its number is read, as luma, without conversion; every two seconds one whole
 * luma plane is kept. Of the own camera one picture in ten is read when it comes out of the camera; of the own
 * microphone a second and a half in five; of what is heard, everything.
 */
(() => {
  const unix = (at = performance.now()) => performance.timeOrigin + at;
  const KEPT_EVERY_MS = 2000;
  const CAMERA_EVERY = 10;
  const SPOKEN_EACH_MS = 5_000;
  const SPOKEN_FOR_MS = 1_500;
  const fresh = () => ({ clicked: 0, frames: [], camera: [], kept: [], heard: [], spoken: [], stats: [], problems: [] });
  const bench = (window.bench = fresh());
  bench.peers = [];
  bench.reset = () => Object.assign(bench, fresh());
  const problem = (error) => {
    // A picture that went away between being shown and being read only stays without its number.
    if (error.name !== "InvalidStateError" && bench.problems.length < 20) bench.problems.push(String(error));
  };

  // ---- the number in a picture (kiosk/devices/frame_number.py) -----------------------------------------------

  const even = (value) => Math.floor(value) & ~1;

  function band(width, height) {
    const x = even(0.05 * width);
    const y = even(0.84 * height);
    return { x, y, width: even(0.95 * width) + 2 - x, height: even(0.96 * height) + 2 - y };
  }

  function crc8(number) {
    let crc = 0;
    for (const byte of [number >> 16, (number >> 8) & 0xff, number & 0xff]) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
    }
    return crc;
  }

  /** `plane` holds the part of the picture that begins at (left, top); `step` bytes lie between two pixels. */
  function numberIn(plane, stride, step, left, top, width, height) {
    const level = (row, column) => {
      const y = (0.96 - (2 - row) * 0.06) * height;
      const x = (0.05 + column * 0.05) * width;
      let sum = 0;
      let count = 0;
      for (let down = 0.3; down < 0.75; down += 0.1) {
        for (let right = 0.3; right < 0.75; right += 0.1) {
          const at = (Math.round(y + down * 0.06 * height) - top) * stride + (Math.round(x + right * 0.05 * width) - left) * step;
          sum += plane[at];
          count += 1;
        }
      }
      return sum / count;
    };
    const white = (level(0, 0) + level(1, 0)) / 2;
    const black = (level(0, 17) + level(1, 17)) / 2;
    if (white - black < 60) return null;
    let value = 0;
    for (let row = 0; row < 2; row += 1) {
      for (let column = 1; column < 17; column += 1) {
        const share = (level(row, column) - black) / (white - black);
        const bit = share > 0.5 ? 1 : 0;
        if (Math.abs(share - bit) > 0.32) return null;
        value = value * 2 + bit;
      }
    }
    const number = Math.floor(value / 256);
    return crc8(number) === value % 256 ? number : null;
  }

  const stepOf = (frame) => (/^(RGB|BGR)/.test(frame.format ?? "") ? 4 : 1);

  /** The number of a VideoFrame; closes it. */
  async function readNumber(frame) {
    try {
      const { width, height } = frame.visibleRect;
      const rect = band(width, height);
      const bytes = new Uint8Array(frame.allocationSize({ rect }));
      const [luma] = await frame.copyTo(bytes, { rect });
      return numberIn(bytes.subarray(luma.offset), luma.stride, stepOf(frame), rect.x, rect.y, width, height);
    } finally {
      frame.close();
    }
  }

  /** A whole luma plane with its number; closes the frame. */
  async function keep(frame) {
    try {
      const { width, height } = frame.visibleRect;
      const bytes = new Uint8Array(frame.allocationSize());
      const [plane] = await frame.copyTo(bytes);
      const step = stepOf(frame);
      const luma = new Uint8Array(width * height);
      for (let row = 0; row < height; row += 1) {
        const begin = plane.offset + row * plane.stride;
        if (step === 1) luma.set(bytes.subarray(begin, begin + width), row * width);
        else for (let column = 0; column < width; column += 1) luma[row * width + column] = bytes[begin + column * step + 1];
      }
      const number = numberIn(luma, width, 1, 0, 0, width, height);
      if (number !== null) bench.kept.push({ number, width, height, luma });
    } finally {
      frame.close();
    }
  }

  // ---- what is shown ----------------------------------------------------------------------------------------

  let keptAt = 0;
  function watch(video) {
    const look = (_now, { presentationTime, width, height }) => {
      video.requestVideoFrameCallback(look);
      try {
        const shown = [unix(presentationTime), null, width, height];
        bench.frames.push(shown);
        const frame = new VideoFrame(video);
        if (performance.now() - keptAt > KEPT_EVERY_MS) {
          keptAt = performance.now();
          keep(frame.clone()).catch(problem);
        }
        readNumber(frame).then((number) => (shown[1] = number), problem);
      } catch (error) {
        problem(error);
      }
    };
    video.requestVideoFrameCallback(look);
  }
  bench.watch = watch;

  // ---- what is heard ----------------------------------------------------------------------------------------

  let tracks = 0;

  /** Append the blocks of a sound track to `into`: [unix ms, rate, samples, track]; `wanted` may leave some out. */
  async function listen(track, into, wanted = () => true) {
    tracks += 1;
    const mine = tracks;
    try {
      const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 600 }).readable.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const at = unix();
        if (wanted(at)) {
          const samples = new Float32Array(value.numberOfFrames);
          value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
          const block = Int16Array.from(samples, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 32767))));
          bench[into].push([at, value.sampleRate, block, mine]);
        }
        value.close();
      }
    } catch (error) {
      problem(error);
    }
  }

  // ---- what is sent -----------------------------------------------------------------------------------------

  async function followCamera(track) {
    try {
      const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
      for (let count = 0; ; count += 1) {
        const { done, value } = await reader.read();
        if (done) return;
        const at = unix();
        if (count % CAMERA_EVERY !== 0) {
          value.close();
          continue;
        }
        readNumber(value).then((number) => number !== null && bench.camera.push([number, at]), problem);
      }
    } catch (error) {
      problem(error);
    }
  }

  /**
   * No echo canceller: there is no room and no echo here, and with two voices that never stop it silences one of them
   * for seconds. Our kiosk's is off too (what it is worth in a room is measured elsewhere).
   */
  const withoutRoom = (audio) => ({
    ...(audio === true ? {} : audio),
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  });

  const getUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (getUserMedia) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints?.audio ? { ...constraints, audio: withoutRoom(constraints.audio) } : constraints);
      for (const track of stream.getVideoTracks()) followCamera(track);
      for (const track of stream.getAudioTracks()) {
        const from = unix();
        listen(track, "spoken", (at) => (at - from) % SPOKEN_EACH_MS < SPOKEN_FOR_MS);
      }
      return stream;
    };
  }

  // ---- connections ------------------------------------------------------------------------------------------

  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...options) {
      super(...options);
      bench.peers.push(this);
      this.addEventListener("track", ({ track }) => {
        if (track.kind === "audio") listen(track, "heard");
      });
    }
  };

  const KINDS = {
    "inbound-rtp": ["kind", "bytesReceived", "packetsReceived", "packetsLost", "frameWidth", "frameHeight", "framesDecoded",
      "framesDropped", "framesPerSecond", "freezeCount", "totalFreezesDuration", "jitterBufferDelay",
      "jitterBufferEmittedCount", "concealedSamples", "totalSamplesReceived", "keyFramesDecoded", "nackCount", "pliCount"],
    "outbound-rtp": ["kind", "bytesSent", "packetsSent", "retransmittedBytesSent", "targetBitrate", "frameWidth",
      "frameHeight", "framesEncoded", "framesPerSecond", "keyFramesEncoded", "qualityLimitationReason", "pliCount"],
    "candidate-pair": ["availableOutgoingBitrate", "currentRoundTripTime", "bytesSent", "bytesReceived"],
  };

  setInterval(async () => {
    const peer = bench.peers.at(-1);
    if (!peer || peer.connectionState === "closed") return;
    try {
      const told = { at: unix(), state: peer.connectionState };
      for (const stat of (await peer.getStats()).values()) {
        const names = KINDS[stat.type];
        if (!names || (stat.type === "candidate-pair" && !stat.nominated)) continue;
        if (stat.type === "inbound-rtp" && !stat.packetsReceived) continue;
        if (stat.type === "outbound-rtp" && !stat.packetsSent) continue;
        const key = stat.kind ? `${stat.type} ${stat.kind}` : stat.type;
        told[key] = Object.fromEntries(names.filter((name) => stat[name] !== undefined).map((name) => [name, stat[name]]));
      }
      bench.stats.push(told);
    } catch (error) {
      problem(error);
    }
  }, 1000);

  // ---- handed over ------------------------------------------------------------------------------------------

  function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }

  /** Everything but the big things. */
  bench.told = () => {
    const { clicked, frames, camera, stats, problems, kept } = bench;
    return { clicked, frames, camera, stats, problems, kept: kept.map(({ number, width, height }) => [number, width, height]) };
  };
  bench.keptLuma = (index) => base64(bench.kept[index].luma);
  /** `which` is "heard" or "spoken": [[unix ms of arrival, rate, samples, track], ...] and all samples one after the other. */
  bench.sound = (which) => {
    const blocks = bench[which];
    const all = new Int16Array(blocks.reduce((sum, [, , block]) => sum + block.length, 0));
    let at = 0;
    for (const [, , block] of blocks) {
      all.set(block, at);
      at += block.length;
    }
    return { blocks: blocks.map(([when, rate, block, track]) => [when, rate, block.length, track]), samples: base64(new Uint8Array(all.buffer)) };
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#answer")) bench.clicked = unix(event.timeStamp);
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    const known = new WeakSet();
    const find = () => {
      const video = document.querySelector("#usager-picture, #agent");
      if (video && !known.has(video)) {
        known.add(video);
        watch(video);
      }
    };
    find();
    new MutationObserver(find).observe(document, { childList: true, subtree: true });
  });
})();
