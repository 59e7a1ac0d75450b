// What a page received since its connection began, for the server's figures: pictures that stood still, and how much
// sound was missing since the last report.
export interface Received {
  freezes: number;
  frozen_ms: number;
  concealed: number; // 0...1
}

export class ReceivedMeter {
  private samples = 0;
  private concealed = 0;

  read(report: RTCStatsReport): Received {
    let freezes = 0;
    let frozen_s = 0;
    let samples = 0;
    let concealed = 0;
    report.forEach((entry) => {
      if (entry.type !== 'inbound-rtp') return;
      freezes += entry.freezeCount ?? 0;
      frozen_s += entry.totalFreezesDuration ?? 0;
      samples += entry.totalSamplesReceived ?? 0;
      // Silence that is made up because nobody spoke (DTX) is not missing.
      concealed += Math.max(0, (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0));
    });
    const grown = Math.max(0, samples - this.samples);
    const missing = Math.max(0, concealed - this.concealed);
    this.samples = samples;
    this.concealed = concealed;
    return { freezes, frozen_ms: Math.round(frozen_s * 1000), concealed: grown ? Math.min(1, missing / grown) : 0 };
  }
}
