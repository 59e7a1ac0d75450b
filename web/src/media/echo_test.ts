// Echo by chirp: a short sweep is played, the microphone (without the browser's echo canceller) records, and the sweep
// is looked for in what it heard: how much weaker it is, and how much later. Arithmetic apart from WebAudio.
export interface Echo { loss_db: number; delay_ms: number }

const kRate = 8000; // Hz for the search; the sweep ends below half of it
const kFromHz = 400;
const kToHz = 3000;
const kSeconds = 0.2;
const kAmplitude = 0.4;
const kFound = 0.35; // correlation from which on it is the sweep and not a noise like it

export function chirp(rate: number): Float32Array {
  const samples = new Float32Array(Math.round(rate * kSeconds));
  for (let i = 0; i < samples.length; ++i) {
    const t = i / rate;
    const phase = 2 * Math.PI * (kFromHz * t + ((kToHz - kFromHz) * t * t) / (2 * kSeconds));
    samples[i] = kAmplitude * Math.sin(phase) * Math.sin((Math.PI * i) / samples.length) ** 0.5; // soft ends: no clicks
  }
  return samples;
}

// Averages neighbours: coarse, and enough for a sweep far below half the new rate.
export function slower(samples: Float32Array, rate: number): Float32Array {
  const step = rate / kRate;
  if (step <= 1) return samples;
  const out = new Float32Array(Math.floor(samples.length / step));
  for (let i = 0; i < out.length; ++i) {
    const from = Math.floor(i * step);
    const to = Math.max(from + 1, Math.floor((i + 1) * step));
    let sum = 0;
    for (let j = from; j < to; ++j) sum += samples[j]!;
    out[i] = sum / (to - from);
  }
  return out;
}

// recorded begins `lead_ms` before the sweep was played. Nothing when it was not heard.
export function find_echo(recorded: Float32Array, rate: number, lead_ms: number): Echo | undefined {
  const heard = slower(recorded, rate);
  const sweep = slower(chirp(rate), rate);
  const at = Math.min(rate, kRate);
  let sweep_power = 0;
  for (const s of sweep) sweep_power += s * s;
  let power = 0;
  for (let j = 0; j < sweep.length && j < heard.length; ++j) power += heard[j]! ** 2;
  let best = 0;
  let best_gain = 0;
  let place = 0;
  for (let i = 0; i + sweep.length <= heard.length; ++i) {
    let sum = 0;
    for (let j = 0; j < sweep.length; ++j) sum += heard[i + j]! * sweep[j]!;
    const likeness = Math.abs(sum) / Math.sqrt(sweep_power * Math.max(power, 1e-12));
    if (likeness > best) [best, best_gain, place] = [likeness, Math.abs(sum) / sweep_power, i];
    power += (heard[i + sweep.length] ?? 0) ** 2 - heard[i]! ** 2;
  }
  const delay_ms = Math.round((place / at) * 1000 - lead_ms);
  if (best < kFound || delay_ms < 0) return undefined;
  return { loss_db: Math.round(-20 * Math.log10(Math.max(best_gain, 1e-6))), delay_ms };
}

// Plays and listens for a second and a half. Needs a press of the reader before it (sound).
export async function measure_echo(microphone?: string): Promise<Echo | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1, ...(microphone ? { deviceId: { ideal: microphone } } : {}) },
  });
  const context = new AudioContext();
  try {
    await context.resume();
    const rate = context.sampleRate;
    const chunks: Float32Array[] = [];
    let begun = 0;
    const input = context.createMediaStreamSource(stream);
    const recorder = context.createScriptProcessor(4096, 1, 1);
    recorder.onaudioprocess = (event) => {
      if (!chunks.length) begun = context.currentTime - event.inputBuffer.duration;
      chunks.push(event.inputBuffer.getChannelData(0).slice());
    };
    const silent = context.createGain();
    silent.gain.value = 0;
    input.connect(recorder).connect(silent).connect(context.destination);
    const sound = context.createBuffer(1, Math.round(rate * kSeconds), rate);
    sound.copyToChannel(chirp(rate) as Float32Array<ArrayBuffer>, 0);
    const player = context.createBufferSource();
    player.buffer = sound;
    player.connect(context.destination);
    const starts = context.currentTime + 0.4;
    player.start(starts);
    await new Promise((done) => setTimeout(done, 1500));
    const recorded = new Float32Array(chunks.reduce((sum, c) => sum + c.length, 0));
    let end = 0;
    for (const c of chunks) {
      recorded.set(c, end);
      end += c.length;
    }
    return find_echo(recorded, rate, (starts - begun) * 1000);
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
  }
}
