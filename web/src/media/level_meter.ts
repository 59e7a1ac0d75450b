// Level of a microphone, 0...1 on a scale that follows hearing (−60 dBFS...0), read ten times a second.
export class LevelMeter {
  private context?: AudioContext;
  private timer?: ReturnType<typeof setInterval>;

  start(track: MediaStreamTrack, report: (level: number) => void): void {
    this.stop();
    if (typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    this.context = context;
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      // A context made without a gesture may be suspended; the meter then starts with the first press.
      if (context.state === 'suspended') void context.resume().catch(() => undefined);
      analyser.getFloatTimeDomainData(samples);
      report(level_of(samples));
    }, 100);
  }

  stop(): void {
    clearInterval(this.timer);
    void this.context?.close().catch(() => undefined);
    this.context = undefined;
  }
}

export function level_of(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db + 60) / 60));
}

// A short tone for "can you hear this?", on the chosen loudspeaker.
export async function play_test_tone(speaker?: string): Promise<void> {
  const context = new AudioContext();
  const with_sink = context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
  if (speaker && with_sink.setSinkId) await with_sink.setSinkId(speaker).catch(() => undefined);
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, context.currentTime);
  gain.gain.linearRampToValueAtTime(0.2, context.currentTime + 0.05);
  gain.gain.linearRampToValueAtTime(0, context.currentTime + 1);
  const tone = context.createOscillator();
  tone.frequency.value = 523;
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 1.05);
  await new Promise<void>((done) => (tone.onended = () => done()));
  await context.close();
}
