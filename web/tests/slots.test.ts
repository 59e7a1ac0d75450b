import { describe, expect, it } from 'vitest';
import { is_sound, offer_lines, SlotLabels, wall_grid, wall_page, wall_pages } from '../src/media/slots';

const slots = (role: 'venue' | 'console' | 'display', kind: string) =>
  offer_lines(role).filter((line) => line.kind === kind && line.slot).map((line) => line.slot);

describe('the offer', () => {
  it('of a venue sends microphone and camera before it receives stage and sounds', () => {
    const lines = offer_lines('venue');
    expect(lines.slice(0, 2)).toEqual([
      { kind: 'audio', direction: 'sendonly' },
      { kind: 'video', direction: 'sendonly' },
    ]);
    expect(slots('venue', 'video')).toEqual(['stage_main', 'stage_second', 'content']);
    expect(slots('venue', 'audio')).toEqual(['sound_1', 'sound_2', 'sound_3', 'content_sound']);
  });

  it('of a console has the stage, 25 wall tiles and the sounds, and sends nothing', () => {
    expect(slots('console', 'video')).toHaveLength(28);
    expect(slots('console', 'video')[3]).toBe('wall_1');
    expect(slots('console', 'audio')).toHaveLength(4);
    expect(offer_lines('console').every((line) => line.direction === 'recvonly')).toBe(true);
  });

  it('of a display has the stage and three tiles and no sound', () => {
    expect(slots('display', 'video')).toEqual(['stage_main', 'stage_second', 'content', 'wall_1', 'wall_2', 'wall_3']);
    expect(slots('display', 'audio')).toEqual([]);
  });
});

describe('slot labels', () => {
  it('follow the word of the network thread', () => {
    const labels = new SlotLabels();
    labels.set('stage_main', 'v1');
    labels.set('wall_2', 'v2');
    expect(labels.venue_of('stage_main')).toBe('v1');
    expect(labels.slot_of('v2')).toBe('wall_2');
    expect(labels.slot_of('v1')).toBeUndefined();
    labels.set('wall_2', null);
    expect(labels.slot_of('v2')).toBeUndefined();
  });

  it('know sounds from pictures', () => {
    expect(is_sound('sound_3')).toBe(true);
    expect(is_sound('content_sound')).toBe(true);
    expect(is_sound('content')).toBe(false);
  });
});

describe('pages of the wall', () => {
  const venues = Array.from({ length: 40 }, (_, i) => i);
  it('are cut by size, the last one short', () => {
    expect(wall_pages(40, 18)).toBe(3);
    expect(wall_page(venues, 2, 18)).toEqual([36, 37, 38, 39]);
    expect(wall_pages(0, 18)).toBe(1);
  });
  it('have large tiles for a few venues and readable ones for many', () => {
    expect(wall_grid(776, 310, 3, 25)).toEqual([2, 2]);
    expect(wall_grid(776, 310, 1, 25)).toEqual([1, 1]);
    expect(wall_grid(776, 310, 40, 25)).toEqual([6, 3]);
    expect(wall_grid(374, 160, 40, 25)).toEqual([3, 2]);
    const [columns, rows] = wall_grid(2000, 900, 200, 25);
    expect(columns * rows).toBeLessThanOrEqual(25);
  });
});
