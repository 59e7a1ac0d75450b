// RFC 7396 merge patch. Untouched branches keep their identity, so that pages re-render only what changed.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const is_object = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function merge_patch<T>(target: T, patch: unknown): T {
  if (!is_object(patch)) return patch as T;
  const result: Record<string, unknown> = is_object(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge_patch(result[key], value);
  }
  return result as T;
}
