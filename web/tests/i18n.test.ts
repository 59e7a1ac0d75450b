import { describe, expect, it } from 'vitest';
import en from '../src/i18n/en';
import zh from '../src/i18n/zh';

type Tree = { [key: string]: string | Tree };
function keys(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keys(value, `${prefix}${key}.`)));
}
function text(tree: Tree, key: string): string {
  return key.split('.').reduce<string | Tree>((at, part) => (at as Tree)[part]!, tree) as string;
}
const sources = import.meta.glob<string>(['../src/**/*.{vue,ts}', '!../src/i18n/**', '!../src/api/schema.d.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

describe('texts', () => {
  const zh_keys = keys(zh as Tree);

  it('exist in Chinese and English alike', () => {
    expect(keys(en as Tree).sort()).toEqual([...zh_keys].sort());
  });

  it('have the same places to fill in', () => {
    const places = (s: string) => (s.match(/\{\w+\}/g) ?? []).sort();
    for (const key of zh_keys) expect([key, places(text(en as Tree, key))]).toEqual([key, places(text(zh as Tree, key))]);
  });

  it('are not left empty, and English ones hold no Chinese', () => {
    for (const key of zh_keys) {
      expect(text(zh as Tree, key), key).not.toBe('');
      if (key === 'common.other_language') continue;
      expect(text(en as Tree, key), key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('that pages ask for exist', () => {
    const known = new Set(zh_keys);
    const groups = new Set(zh_keys.flatMap((key) => key.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'))));
    expect(Object.keys(sources).length).toBeGreaterThan(20);
    for (const [path, source] of Object.entries(sources)) {
      for (const [, key] of source.matchAll(/\bt\('([\w.]+)'/g)) expect(known.has(key!), `${path}: ${key}`).toBe(true);
      for (const [, group] of source.matchAll(/\bt\(`([\w.]+)\.\$\{/g)) expect(groups.has(group!), `${path}: ${group}.*`).toBe(true);
    }
  });
});
