// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import type { OwnAddress } from '../core/proof/addresses.ts';
import { parseReply, type Probe, type ProbeRequest } from '../core/proof/probe.ts';
import { writeBytes } from './gio.ts';

Gio._promisify(Gio.SocketClient.prototype, 'connect_async', 'connect_finish');
Gio._promisify(Gio.IOStream.prototype, 'close_async', 'close_finish');

/** Seconds for a connection, and for an answer. */
const patience = 5;
/** Bytes of an answer that are read. */
const answerCap = 64 * 1024;

export const probe: Probe = { knock, exchange };

async function knock(to: OwnAddress, port: number, cancel: Cancel): ReturnType<Probe['knock']> {
  try {
    const connection = await connect(to, port, cancel);
    await close(connection);
    return { result: 'connected', said: 'connected' };
  } catch (thrown) {
    cancel.throwIfCancelled();
    if (!(thrown instanceof GLib.Error)) throw thrown;
    const refused = thrown.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CONNECTION_REFUSED);
    return { result: refused ? 'refused' : 'silent', said: thrown.message };
  }
}

/**
 * A connection from an address to the same address: the system refuses to send from an address that is not its own, so
 * that nothing of this can go to another computer.
 */
async function connect(
  { address, scope }: OwnAddress,
  port: number,
  cancel: Cancel,
): Promise<Gio.SocketConnection> {
  const inet = Gio.InetAddress.new_from_string(address);
  if (inet === null) throw new HearthError('unexpected', {}, { detail: `Not an address: ${address}` });
  const at = (number: number): Gio.InetSocketAddress =>
    new Gio.InetSocketAddress({ address: inet, port: number, scopeId: scope });
  const client = new Gio.SocketClient({ enableProxy: false, timeout: patience, localAddress: at(0) });
  const cancellable = new Gio.Cancellable();
  const forget = cancel.onCancel(() => cancellable.cancel());
  try {
    return await client.connect_async(at(port), cancellable);
  } finally {
    forget();
  }
}

async function exchange(request: ProbeRequest, cancel: Cancel): ReturnType<Probe['exchange']> {
  let connection: Gio.SocketConnection | null = null;
  const cancellable = new Gio.Cancellable();
  const forget = cancel.onCancel(() => cancellable.cancel());
  try {
    connection = await connect({ address: '127.0.0.1', scope: 0 }, request.port, cancel);
    await writeBytes(connection.get_output_stream(), new TextEncoder().encode(requestText(request)));
    return parseReply(await readAll(connection.get_input_stream(), cancellable));
  } catch (thrown) {
    cancel.throwIfCancelled();
    if (thrown instanceof GLib.Error) return null;
    throw thrown;
  } finally {
    forget();
    if (connection !== null) await close(connection);
  }
}

function requestText({ method, path, headers, body, port }: ProbeRequest): string {
  const bytes = new TextEncoder().encode(body ?? '').length;
  const all = {
    Host: `127.0.0.1:${port}`,
    Connection: 'close',
    ...(body === null ? {} : { 'Content-Length': String(bytes) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

async function readAll(stream: Gio.InputStream, cancellable: Gio.Cancellable): Promise<string> {
  const decoder = new TextDecoder();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < answerCap) {
    let bytes: GLib.Bytes;
    try {
      bytes = await stream.read_bytes_async(8192, GLib.PRIORITY_DEFAULT, cancellable);
    } catch (thrown) {
      // A refusal may be followed by a reset; what came before it counts.
      if (length === 0) throw thrown;
      break;
    }
    if (bytes.get_size() === 0) break;
    parts.push(bytes.toArray());
    length += bytes.get_size();
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return decoder.decode(all);
}

async function close(connection: Gio.SocketConnection): Promise<void> {
  try {
    await connection.close_async(GLib.PRIORITY_DEFAULT, null);
  } catch {
    // The other end may have gone first.
  }
}
