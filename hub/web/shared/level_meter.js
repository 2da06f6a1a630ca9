/** How loud a microphone is, 0..1, for the level bar of the sound check. Nothing is kept of the sound. */

const INTERVAL_MS = 60;
/** Below this a microphone is silent: unplugged, muted by its switch, or the wrong one. */
export const HEARD = 0.04;

export class LevelMeter {
  #context;
  #source;
  #timer;

  /** `onLevel(level)` is called about sixteen times a second until `close`. */
  constructor(track, onLevel) {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      onLevel(Math.min(1, Math.sqrt(power) * 4));
    }, INTERVAL_MS);
  }

  close() {
    clearInterval(this.#timer);
    this.#source.disconnect();
    this.#context.close();
  }
}
