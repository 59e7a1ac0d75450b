// What a page sends and receives, in the order of its offer; the server fills the slots in the same order per kind
// (docs/protocol.md). After the answer only the content of slots changes, told by live `slot` messages.
export type PageRole = 'venue' | 'console' | 'display';

export interface OfferLine {
  kind: 'audio' | 'video';
  direction: 'sendonly' | 'recvonly';
  slot?: string; // of a received line
}

const kStage = ['stage_main', 'stage_second', 'content'];
const kSounds = ['sound_1', 'sound_2', 'sound_3', 'content_sound'];
export const kWallTiles: Record<PageRole, number> = { venue: 0, console: 25, display: 3 };

export function offer_lines(role: PageRole): OfferLine[] {
  const lines: OfferLine[] = [];
  if (role === 'venue') {
    lines.push({ kind: 'audio', direction: 'sendonly' }, { kind: 'video', direction: 'sendonly' });
  }
  const wall = Array.from({ length: kWallTiles[role] }, (_, i) => `wall_${i + 1}`);
  for (const slot of [...kStage, ...wall]) lines.push({ kind: 'video', direction: 'recvonly', slot });
  if (role !== 'display') for (const slot of kSounds) lines.push({ kind: 'audio', direction: 'recvonly', slot });
  return lines;
}

export const is_sound = (slot: string): boolean => slot.startsWith('sound_') || slot === 'content_sound';

// Pages of a wall: which venues page `page` (from 0) of `size` tiles shows. The last page may be short.
export function wall_page<T>(venues: T[], page: number, size: number): T[] {
  return venues.slice(page * size, page * size + size);
}
export const wall_pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));

const kTileWidth = 112; // px, the smallest tile whose name can be read
const kTileHeight = 78;
// Columns and rows of a wall of width × height px for `count` venues and at most `most` tiles: the tiles' pictures
// (16:9) as large as they can be; when not all fit, as many readable tiles as there is room for.
export function wall_grid(width: number, height: number, count: number, most: number): [columns: number, rows: number] {
  const widest = Math.max(2, Math.min(6, Math.floor(width / kTileWidth)));
  const highest = Math.max(1, Math.min(4, Math.floor(height / kTileHeight)));
  let best: [number, number] = [widest, Math.max(1, Math.min(highest, Math.floor(most / widest)))];
  let best_size = 0;
  for (let columns = 1; columns <= widest; columns += 1) {
    const rows = Math.max(1, Math.ceil(count / columns));
    if (rows > highest || columns * rows > most) continue;
    const size = Math.min(width / columns, (height / rows) * (16 / 9));
    if (size > best_size) [best, best_size] = [[columns, rows], size];
  }
  return best;
}

// Which slot shows which venue, by the network thread's word. Keeps the labels of pages true during a switch.
export class SlotLabels {
  private readonly shown = new Map<string, string>();

  set(slot: string, venue: string | null): void {
    if (venue) this.shown.set(slot, venue);
    else this.shown.delete(slot);
  }
  venue_of(slot: string): string | undefined {
    return this.shown.get(slot);
  }
  // The tile of a venue on the wall, if one shows it now.
  slot_of(venue: string, prefix = 'wall_'): string | undefined {
    for (const [slot, shown] of this.shown) if (shown === venue && slot.startsWith(prefix)) return slot;
    return undefined;
  }
  clear(): void {
    this.shown.clear();
  }
  entries(): Record<string, string> {
    return Object.fromEntries(this.shown);
  }
}
