// SDP fragments of an ICE restart (RFC 8840, RFC 9725 section 4.3.2): only the user name, password and candidates.
const lines_of = (sdp: string): string[] => sdp.split(/\r?\n/).filter((line) => line !== '');

// Asks only whether the session is there.
export const kProbeFragment = 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=end-of-candidates\r\n';

// The fragment for the first m-line; with BUNDLE the others share its transport.
export function fragment_of(sdp: string): string {
  const lines = lines_of(sdp);
  const find = (prefix: string) => lines.find((line) => line.startsWith(prefix));
  const first_media = find('m=') ?? '';
  const start = lines.indexOf(first_media);
  const next = lines.findIndex((line, index) => index > start && line.startsWith('m='));
  const candidates = lines.slice(start, next < 0 ? undefined : next).filter((line) => line.startsWith('a=candidate:'));
  const parts = [find('a=ice-ufrag:'), find('a=ice-pwd:'), first_media, find('a=mid:'), ...candidates];
  return parts.filter(Boolean).join('\r\n') + '\r\n';
}

// The answer as it would read after the restart: new user name, password and candidates in every section.
export function apply_fragment(answer: string, fragment: string): string {
  const given = lines_of(fragment);
  const ufrag = given.find((line) => line.startsWith('a=ice-ufrag:'));
  const pwd = given.find((line) => line.startsWith('a=ice-pwd:'));
  const candidates = given.filter((line) => line.startsWith('a=candidate:'));
  const out: string[] = [];
  for (const line of lines_of(answer)) {
    if (line.startsWith('a=ice-ufrag:') && ufrag) out.push(ufrag);
    else if (line.startsWith('a=ice-pwd:') && pwd) out.push(pwd);
    else if (line.startsWith('a=candidate:') && candidates.length) {
      if (!out[out.length - 1]?.startsWith('a=candidate:')) out.push(...candidates);
    } else out.push(line);
  }
  return out.join('\r\n') + '\r\n';
}
