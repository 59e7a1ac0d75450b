// REST client: JSON in and out, problem JSON as ApiError, Idempotency-Key per user action and the same key on retry.
import type { Problem } from './types';

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server was not reached
    readonly title: string,
    readonly detail = '',
    readonly type = '',
  ) {
    super(detail ? `${title} ${detail}` : title);
  }
}

// crypto.randomUUID exists on secure pages only; an office's plain-HTTP page still must work.
export function new_key(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export interface ClientOptions {
  language: () => string;
  not_reached: () => string; // text when the server cannot be reached
  on_unauthorized?: () => void;
}

let options: ClientOptions = { language: () => 'zh-CN', not_reached: () => 'network' };
export function configure_client(given: ClientOptions): void {
  options = given;
}

const kRetryDelays = [300, 700, 1500, 2500]; // ms; together they span a server restart of 5 s
const kRetryStatus = new Set([502, 503, 504]);
const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export interface RequestOptions {
  key?: string;
  token?: string; // a venue's bearer token; the cookie is left out then
  body?: unknown;
  raw?: { type: string; body: string | Blob };
  retry?: boolean;
  signal?: AbortSignal;
  keepalive?: boolean; // outlives the page
}

export async function send(method: string, path: string, o: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': options.language() };
  let body: string | Blob | undefined;
  if (o.raw) {
    headers['Content-Type'] = o.raw.type;
    body = o.raw.body;
  } else if (o.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(o.body);
  }
  if (o.key) headers['Idempotency-Key'] = o.key;
  if (o.token) headers['Authorization'] = `Bearer ${o.token}`;
  const request: RequestInit = { method, headers, body, signal: o.signal, keepalive: o.keepalive, credentials: o.token ? 'omit' : 'same-origin' };
  for (let attempt = 0; ; attempt += 1) {
    const delay = o.retry === false ? undefined : kRetryDelays[attempt];
    let response: Response;
    try {
      response = await fetch(`/api/v1${path}`, request);
    } catch (error) {
      if (o.signal?.aborted) throw error;
      if (delay === undefined) throw new ApiError(0, options.not_reached());
      await wait(delay);
      continue;
    }
    if (response.ok) return response;
    if (kRetryStatus.has(response.status) && delay !== undefined) {
      await wait(delay);
      continue;
    }
    throw await problem_of(response, o.token);
  }
}

async function problem_of(response: Response, token?: string): Promise<ApiError> {
  let problem: Partial<Problem> = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // a proxy's answer is no problem JSON
  }
  if (response.status === 401 && !token) options.on_unauthorized?.();
  return new ApiError(response.status, problem.title ?? `HTTP ${response.status}`, problem.detail, problem.type);
}

export async function get<T>(path: string, o: RequestOptions = {}): Promise<T> {
  return (await send('GET', path, o)).json() as Promise<T>;
}

// A changing request. Without a key given, one is made for this call and kept over its retries.
export async function command<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, o: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, { ...o, body, key: o.key ?? new_key() });
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

// The file of an export, saved under the server's name for it.
export async function download(path: string, fallback_name: string): Promise<void> {
  const response = await send('GET', path);
  const disposition = response.headers.get('Content-Disposition') ?? '';
  const starred = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = starred ? decodeURIComponent(starred) : (plain ?? fallback_name);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
