// SPDX-License-Identifier: GPL-3.0-or-later

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFibTrie, parseInterfaceAddresses } from './addresses.ts';
import { parseModelContainers } from './containers.ts';
import { addressText, parseListeners, socketInode, socketText } from './listeners.ts';
import { parseReply } from './probe.ts';

// As the kernel printed them, of listeners on 0.0.0.0, 127.0.0.53, ::1, :: (dual-stack) and ::ffff:127.0.0.1.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:46CC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41317 1 00000000c28a9ddb 100 0 0 10 0                     
   1: 3500007F:46D0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 40467 1 00000000f3261675 100 0 0 10 0                     
   2: 0100007F:E1DE 0100007F:46A0 06 00000000:00000000 03:00001770 00000000     0        0 0 3 00000000522eda74`;
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:46D1 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 40472 1 00000000a28fb4d5 100 0 0 10 0
   1: 00000000000000000000000000000000:46CB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41326 1 000000005d234467 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:46CE 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41322 1 000000001ae424bc 100 0 0 10 0`;

describe('listeners', () => {
  it('are told with their address, in both tables', () => {
    const short = (text: string) =>
      parseListeners(text).map((each) => [socketText(each), each.loopback, each.uid, each.inode]);
    expect(short(tcp)).toEqual([
      ['0.0.0.0:18124', false, 1000, 41317],
      ['127.0.0.53:18128', true, 1000, 40467],
    ]);
    expect(short(tcp6)).toEqual([
      ['[::1]:18129', true, 1000, 40472],
      ['[::]:18123', false, 1000, 41326],
      ['[::ffff:127.0.0.1]:18126', true, 1000, 41322],
    ]);
  });

  it('an address of the network is not this computer alone', () => {
    const line = (hex: string): string => `h\n 0: ${hex}:0016 ${'0'.repeat(32)}:0000 0A 0:0 00:0 0 0 0 7 1 0`;
    const loopback = (hex: string) => parseListeners(line(hex))[0]?.loopback;
    expect(loopback('000000FD000000000000000007000000')).toBe(false);
    expect(loopback('000080FE00000000FF00FC00010000FE')).toBe(false);
    expect(loopback('0000000000000000FFFF0000070200C0')).toBe(false);
  });

  it('writes IPv6 as people do', () => {
    const text = (hex: string) => addressText((hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)));
    expect(text('fd000000000000000000000000000007')).toBe('fd00::7');
    expect(text('20010db8000000000001000000000001')).toBe('2001:db8::1:0:0:1');
    expect(text('20010db8000100020003000400050006')).toBe('2001:db8:1:2:3:4:5:6');
    expect(text('00000000000000000000000000000000')).toBe('::');
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (any) => void parseListeners(`\n${any}`)));
    expect(socketInode('socket:[41317]')).toBe(41317);
    expect(socketInode('/dev/null')).toBeNull();
  });
});

describe('own addresses', () => {
  // As the kernel printed it, of a computer at 192.0.2.2/24.
  const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 192.0.2.0/24 2 0 2
        +-- 192.0.2.0/30 2 0 2
           |-- 192.0.2.0
              /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
Local:
     +-- 192.0.2.0/24 2 0 2
           |-- 192.0.2.2
              /32 host LOCAL
`;
  const six = `fd000000000000000000000000000002 04 40 00 82     eth0
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
`;

  it('are told once, without loopback, networks and broadcasts', () => {
    expect(parseFibTrie(trie)).toEqual([{ address: '192.0.2.2', scope: 0 }]);
    expect(parseFibTrie('')).toEqual([]);
  });

  it('have the interface that a link-local address needs', () => {
    expect(parseInterfaceAddresses(six)).toEqual([
      { address: 'fd00::2', scope: 0 },
      { address: 'fe80::fc:ff:fe00:1', scope: 4 },
    ]);
    expect(parseInterfaceAddresses('garbage')).toEqual([]);
  });
});

describe('containers', () => {
  // What podman 5.8.6 printed of two containers, without the fields that are not read.
  const listed = `[{"Id":"84b8","Labels":{"ai-lab-inference-server":"[\\"hf.x.y\\"]","api":"http://localhost:42011/v1","io.buildah.version":"1.43.2"},"Names":["inf"],"Ports":[{"host_ip":"","container_port":8000,"host_port":42011,"range":1,"protocol":"tcp"}]},
 {"Id":"a1c2","Labels":{"ai.ramalama.x":"1"},"Names":["rama"],"Ports":[{"host_ip":"127.0.0.1","container_port":8000,"host_port":42012,"range":2,"protocol":"tcp"}]},
 {"Id":"b3","Labels":null,"Names":["db"],"Ports":null}]`;

  it('are known by the labels of AI Lab and RamaLama', () => {
    expect(parseModelContainers(listed)).toEqual([
      { name: 'inf', owner: 'ai-lab', ports: [42011] },
      { name: 'rama', owner: 'ramalama', ports: [42012, 42013] },
    ]);
  });

  it('none is not the same as not told', () => {
    expect(parseModelContainers('[]\n')).toEqual([]);
    expect(parseModelContainers('Error: cannot connect')).toBeNull();
  });
});

describe('a raw answer', () => {
  it('is taken apart', () => {
    // As llama-server 0.7.0 answered.
    const raw =
      'HTTP/1.1 401 Unauthorized\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: http://hearth.invalid\r\nConnection: close\r\n\r\n{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}';
    const reply = parseReply(raw);
    expect(reply?.status).toBe(401);
    expect(reply?.headers.get('access-control-allow-origin')).toBe('http://hearth.invalid');
    expect(reply?.text).toMatch(/^\{"error"/);
    expect(parseReply('SSH-2.0-OpenSSH_10')).toBeNull();
    expect(parseReply('')).toBeNull();
  });
});
