// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import Soup from 'gi://Soup?version=3.0';
import type { Cancel } from '../core/cancel.ts';
import { HearthError } from '../core/errors.ts';
import { Utf8Pieces } from '../core/utf8.ts';
import type { Http, HttpAnswer, HttpRequest } from '../core/ports.ts';
import { toHearthError } from './errors.ts';
import './gio.ts';

Gio._promisify(Soup.Session.prototype, 'send_async', 'send_finish');

const textCap = 16 * 1024 * 1024;

/** Requests to the model's address on this computer. Anything but loopback is refused here, whoever asks. */
export function loopbackHttp(): Http {
  const session = new Soup.Session({ user_agent: 'hearth', max_conns_per_host: 16 });
  return {
    request: (request, cancel) => exchange(session, request, () => {}, cancel),
    lines: (request, onLine, cancel) => exchange(session, request, onLine, cancel),
  };
}

async function exchange(
  session: Soup.Session,
  request: HttpRequest,
  onLine: (line: string) => void,
  cancel: Cancel,
): Promise<HttpAnswer> {
  cancel.throwIfCancelled();
  const message = prepare(request);
  const cancellable = new Gio.Cancellable();
  let timedOut = false;
  let timer = wait();
  function wait(): GLib.Source {
    return setTimeout(() => {
      timedOut = true;
      cancellable.cancel();
    }, request.timeout ?? 30_000);
  }
  const forget = cancel.onCancel(() => cancellable.cancel());
  let stream: Gio.InputStream | null = null;
  try {
    stream = await session.send_async(message, GLib.PRIORITY_DEFAULT, cancellable);
    const pieces = new Utf8Pieces();
    let text = '';
    let open = '';
    for (;;) {
      const bytes = await stream.read_bytes_async(65536, GLib.PRIORITY_DEFAULT, cancellable);
      clearTimeout(timer);
      timer = wait();
      const end = bytes.get_size() === 0;
      const part = end ? pieces.end() : pieces.push(bytes.toArray());
      text += part;
      if (text.length > textCap) throw new HearthError('too-large', { url: request.url });
      const lines = (open + part).split(/\r?\n/);
      open = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      if (end) {
        if (open !== '') onLine(open);
        break;
      }
    }
    return { status: message.status_code, text };
  } catch (thrown) {
    if (cancel.cancelled) throw new HearthError('cancelled');
    if (timedOut) throw new HearthError('timeout', { url: request.url });
    throw toHearthError(thrown, { url: request.url });
  } finally {
    clearTimeout(timer);
    forget();
    // An open stream keeps its connection, and libsoup waits without end when a host has no more to give.
    await stream?.close_async(GLib.PRIORITY_DEFAULT, null).catch(() => {});
  }
}

function prepare(request: HttpRequest): Soup.Message {
  const uri = GLib.Uri.parse(request.url, GLib.UriFlags.NONE);
  const host = uri.get_host() ?? '';
  if (!['127.0.0.1', '::1', 'localhost'].includes(host))
    throw new HearthError('denied', { url: request.url });
  const message = new Soup.Message({ method: request.method, uri });
  message.set_flags(Soup.MessageFlags.NO_REDIRECT);
  for (const [name, value] of Object.entries(request.headers ?? {}))
    message.request_headers.append(name, value);
  if (request.body !== undefined) {
    const bytes = new GLib.Bytes(new TextEncoder().encode(request.body));
    message.set_request_body_from_bytes('application/json', bytes);
  }
  return message;
}
