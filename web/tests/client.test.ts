import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, command, configure_client, get, new_key, send } from '../src/api/client';

const calls: [string, RequestInit][] = [];
let answers: (Response | Error)[] = [];
let signed_out = 0;

beforeEach(() => {
  vi.useFakeTimers();
  calls.length = 0;
  answers = [];
  signed_out = 0;
  configure_client({ language: () => 'zh-CN', not_reached: () => '连不上服务器', on_unauthorized: () => (signed_out += 1) });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push([url, init]);
    const answer = answers.shift() ?? new Response('{}', { status: 200 });
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const headers = (n: number) => calls[n]![1].headers as Record<string, string>;
const problem = (status: number, title: string) => new Response(JSON.stringify({ type: 't', title, status }), { status });

async function settled<T>(work: Promise<T>): Promise<T | Error> {
  const guarded = work.catch((error: Error) => error);
  await vi.runAllTimersAsync();
  return guarded;
}

describe('the REST client', () => {
  it('sends one key per action and the same key on every retry', async () => {
    answers = [new TypeError('cut'), new Response('', { status: 503 }), new Response('{"seq":4}', { status: 200 })];
    expect(await settled(command('POST', '/meetings/m/start'))).toEqual({ seq: 4 });
    expect(calls).toHaveLength(3);
    const keys = calls.map((_, n) => headers(n)['Idempotency-Key']);
    expect(new Set(keys).size).toBe(1);
    await settled(command('POST', '/meetings/m/start'));
    expect(headers(3)['Idempotency-Key']).not.toBe(keys[0]);
  });

  it('makes version 4 UUIDs without the secure-page API', () => {
    expect(new_key()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new_key()).not.toBe(new_key());
  });

  it('tells a refusal in the server\'s words and does not repeat it', async () => {
    answers = [problem(409, '别人刚改过这个会议')];
    const error = (await settled(command('PUT', '/meetings/m', {}))) as ApiError;
    expect(error).toMatchObject({ status: 409, title: '别人刚改过这个会议' });
    expect(calls).toHaveLength(1);
  });

  it('gives up in words when the server stays away', async () => {
    answers = Array.from({ length: 9 }, () => new TypeError('cut'));
    expect(await settled(get('/meetings'))).toMatchObject({ status: 0, message: '连不上服务器' });
    expect(calls).toHaveLength(5);
  });

  it('asks in the reader\'s language', async () => {
    await settled(get('/meetings'));
    expect(headers(0)['Accept-Language']).toBe('zh-CN');
    expect(calls[0]![0]).toBe('/api/v1/meetings');
  });

  it('leaves the cookie out when a venue\'s token is used, and keeps the office\'s session', async () => {
    answers = [problem(401, '')];
    await settled(send('GET', '/session', { token: 'abc' }));
    expect(headers(0)['Authorization']).toBe('Bearer abc');
    expect(calls[0]![1].credentials).toBe('omit');
    expect(signed_out).toBe(0);
  });

  it('says when the session has ended', async () => {
    answers = [problem(401, '请先登录')];
    await settled(get('/meetings'));
    expect(signed_out).toBe(1);
  });
});
