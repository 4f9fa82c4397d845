// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A filter of system calls for programs in a network namespace of their own, as bubblewrap takes it: what such a
 * namespace leaves open. Sockets that belong to no network namespace (vsock reaches the host of a virtual machine),
 * typing into the terminal that is shared with the outside, the kernel's keyrings, and io_uring, which makes sockets
 * past any filter.
 */

interface Machine {
  readonly audit: number;
  readonly socket: number;
  readonly ioctl: number;
  /** add_key, request_key, keyctl, io_uring_setup. */
  readonly refused: readonly number[];
  /** Numbers from here on are another convention's (x32). */
  readonly from: number | null;
}

/** Numbers of asm/unistd.h; AUDIT_ARCH_* of linux/audit.h. Both count their bytes from the little end. */
const machines: Readonly<Record<string, Machine>> = {
  x86_64: { audit: 0xc000003e, socket: 41, ioctl: 16, refused: [248, 249, 250, 425], from: 0x40000000 },
  aarch64: { audit: 0xc00000b7, socket: 198, ioctl: 29, refused: [217, 218, 219, 425], from: null },
};

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: all of them stay in the namespace. */
const families = [1, 2, 10, 16];
/** TIOCSTI and TIOCLINUX put letters into a terminal as if they were typed. */
const typing = [0x5412, 0x541c];

const kill = 0x80000000;
const allow = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 + errno;
const [eperm, enosys, eafnosupport] = [1, 38, 97];

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
/** Offsets in struct seccomp_data; of arguments the lower half, which is all that the kernel looks at here. */
const at = { call: 0, machine: 4, first: 16, second: 24 } as const;
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const end = (result: number): Instruction => [0x06, 0, 0, result];
const when = (value: number, then: readonly Instruction[]): readonly Instruction[] => [
  [0x15, 0, then.length, value],
  ...then,
];

/** @returns null for a machine whose numbers are not known here */
export function syscallFilter(machineName: string): Uint8Array | null {
  const machine = Object.hasOwn(machines, machineName) ? machines[machineName] : undefined;
  if (machine === undefined) return null;
  const program: readonly Instruction[] = [
    load(at.machine),
    [0x15, 1, 0, machine.audit],
    end(kill),
    load(at.call),
    ...(machine.from === null ? [] : ([[0x35, 0, 1, machine.from], end(refuse(enosys))] as const)),
    ...machine.refused.flatMap((call) => when(call, [end(refuse(enosys))])),
    ...when(machine.socket, [
      load(at.first),
      ...families.flatMap((family) => when(family, [end(allow)])),
      end(refuse(eafnosupport)),
    ]),
    ...when(machine.ioctl, [
      load(at.second),
      ...typing.flatMap((request) => when(request, [end(refuse(eperm))])),
      end(allow),
    ]),
    end(allow),
  ];
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, ifTrue);
    view.setUint8(index * 8 + 3, ifFalse);
    view.setUint32(index * 8 + 4, value, true);
  }
  return bytes;
}
