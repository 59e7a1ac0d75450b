// Bars of a page's line from getStats: round trip and loss of the last seconds, both directions.
export interface LineQuality {
  bars: 0 | 1 | 2 | 3 | 4; // 0: no connection
  rtt_ms?: number;
  loss?: number; // 0...1, the worse direction
}

interface Totals {
  received: number;
  lost: number;
}

export class LineMeter {
  private last?: Totals;

  read(report: RTCStatsReport): LineQuality {
    let rtt: number | undefined;
    let up_loss = 0;
    const totals: Totals = { received: 0, lost: 0 };
    report.forEach((entry) => {
      if (entry.type === 'candidate-pair' && entry.nominated && entry.currentRoundTripTime !== undefined) {
        rtt = entry.currentRoundTripTime * 1000;
      } else if (entry.type === 'remote-inbound-rtp') {
        up_loss = Math.max(up_loss, entry.fractionLost ?? 0);
      } else if (entry.type === 'inbound-rtp') {
        totals.received += entry.packetsReceived ?? 0;
        totals.lost += Math.max(0, entry.packetsLost ?? 0);
      }
    });
    const before = this.last;
    this.last = totals;
    let down_loss = 0;
    if (before) {
      const received = Math.max(0, totals.received - before.received);
      const lost = Math.max(0, totals.lost - before.lost);
      if (received + lost > 0) down_loss = lost / (received + lost);
    }
    const loss = Math.max(up_loss, down_loss);
    return { bars: bars_of(rtt, loss), rtt_ms: rtt, loss };
  }
}

export function bars_of(rtt_ms: number | undefined, loss: number): 1 | 2 | 3 | 4 {
  const rtt = rtt_ms ?? 0;
  if (loss > 0.1 || rtt > 800) return 1;
  if (loss > 0.04 || rtt > 400) return 2;
  if (loss > 0.01 || rtt > 200) return 3;
  return 4;
}
