import { describe, expect, it } from 'vitest';
import { apply_fragment, fragment_of } from '../src/media/ice_restart';

const offer = [
  'v=0', 'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=mid:0', 'a=candidate:1 1 udp 2 127.0.0.1 5000 typ host',
  'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=mid:1', 'a=candidate:1 1 udp 2 127.0.0.1 5001 typ host',
].join('\r\n');

describe('SDP fragments (RFC 8840)', () => {
  it('hold user name, password and the candidates of the first section', () => {
    expect(fragment_of(offer).split('\r\n')).toEqual([
      'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0',
      'a=candidate:1 1 udp 2 127.0.0.1 5000 typ host', '',
    ]);
  });
  it('put new credentials and candidates into every section of the answer', () => {
    const answer = apply_fragment(offer, 'a=ice-ufrag:new1\r\na=ice-pwd:newpassword\r\na=candidate:9 1 udp 2 10.0.0.1 7700 typ host\r\n');
    expect(answer.match(/a=ice-ufrag:new1/g)).toHaveLength(2);
    expect(answer.match(/10\.0\.0\.1 7700/g)).toHaveLength(2);
    expect(answer).not.toContain('127.0.0.1');
  });
});
