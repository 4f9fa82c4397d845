// SPDX-License-Identifier: GPL-3.0-or-later

// The part of libsoup 3 that Hearth uses as a client and, in practice mode and tests, as a server.
// Kept by hand: @girs/soup-3.0 does not fit the set of packages that Hearth pins.
// The promise forms exist only after Gio._promisify, which src/platform does in one place.

declare module 'gi://Soup?version=3.0' {
  import type Gio from 'gi://Gio?version=2.0';
  import type GLib from 'gi://GLib?version=2.0';
  import GObject from 'gi://GObject?version=2.0';

  type AsyncReady<T> = ((source: T | null, result: Gio.AsyncResult) => void) | null;

  namespace Soup {
    enum HTTPVersion {
      HTTP_1_0,
      HTTP_1_1,
      HTTP_2_0,
    }

    enum MessageHeadersType {
      REQUEST,
      RESPONSE,
      MULTIPART,
    }

    enum Encoding {
      UNRECOGNIZED,
      NONE,
      CONTENT_LENGTH,
      EOF,
      CHUNKED,
      BYTERANGES,
    }

    enum MessageFlags {
      NO_REDIRECT,
      NEW_CONNECTION,
      IDEMPOTENT,
      DO_NOT_USE_AUTH_CACHE,
      COLLECT_METRICS,
    }

    enum MessagePriority {
      VERY_LOW,
      LOW,
      NORMAL,
      HIGH,
      VERY_HIGH,
    }

    enum LoggerLogLevel {
      NONE,
      MINIMAL,
      HEADERS,
      BODY,
    }

    enum ServerListenOptions {
      HTTPS,
      IPV4_ONLY,
      IPV6_ONLY,
    }

    enum MemoryUse {
      STATIC,
      TAKE,
      COPY,
    }

    /** Named statuses. Compare with `message.status_code`: reading `message.status` throws for statuses not listed here, such as 429. */
    enum Status {
      NONE,
      CONTINUE,
      SWITCHING_PROTOCOLS,
      OK,
      CREATED,
      ACCEPTED,
      NO_CONTENT,
      PARTIAL_CONTENT,
      MULTIPLE_CHOICES,
      MOVED_PERMANENTLY,
      FOUND,
      SEE_OTHER,
      NOT_MODIFIED,
      TEMPORARY_REDIRECT,
      PERMANENT_REDIRECT,
      BAD_REQUEST,
      UNAUTHORIZED,
      FORBIDDEN,
      NOT_FOUND,
      METHOD_NOT_ALLOWED,
      REQUEST_TIMEOUT,
      CONFLICT,
      GONE,
      PRECONDITION_FAILED,
      REQUESTED_RANGE_NOT_SATISFIABLE,
      INTERNAL_SERVER_ERROR,
      NOT_IMPLEMENTED,
      BAD_GATEWAY,
      SERVICE_UNAVAILABLE,
      GATEWAY_TIMEOUT,
    }

    enum SessionErrorCode {
      PARSING,
      ENCODING,
      TOO_MANY_REDIRECTS,
      TOO_MANY_RESTARTS,
      REDIRECT_NO_LOCATION,
      REDIRECT_BAD_URI,
      MESSAGE_ALREADY_IN_QUEUE,
    }

    /** Error domain of a session; pass to `error.matches(Soup.SessionError, …)`. */
    class SessionError extends GLib.Error {
      static readonly PARSING: number;
      static readonly ENCODING: number;
      static readonly TOO_MANY_REDIRECTS: number;
      static readonly TOO_MANY_RESTARTS: number;
      static readonly REDIRECT_NO_LOCATION: number;
      static readonly REDIRECT_BAD_URI: number;
      static readonly MESSAGE_ALREADY_IN_QUEUE: number;
      static quark(): GLib.Quark;
    }

    const MAJOR_VERSION: number;
    const MINOR_VERSION: number;
    const MICRO_VERSION: number;

    function session_error_quark(): GLib.Quark;
    function status_get_phrase(status_code: number): string;
    function uri_decode_data_uri(uri: string): [GLib.Bytes, string];

    class MessageBody {
      readonly length: number;
      append_bytes(buffer: GLib.Bytes): void;
      append(data: Uint8Array | string): void;
      complete(): void;
      flatten(): GLib.Bytes;
      set_accumulate(accumulate: boolean): void;
      truncate(): void;
    }

    class MessageHeaders {
      static new(type: MessageHeadersType): MessageHeaders;
      append(name: string, value: string): void;
      replace(name: string, value: string): void;
      remove(name: string): void;
      clear(): void;
      get_one(name: string): string | null;
      get_list(name: string): string | null;
      header_contains(name: string, token: string): boolean;
      header_equals(name: string, value: string): boolean;
      foreach(callback: (name: string, value: string) => void): void;
      get_content_length(): number;
      set_content_length(length: number): void;
      get_content_type(): [string | null, Record<string, string> | null];
      set_content_type(type: string, params: Record<string, string> | null): void;
      /** [found, start, end, total]; total is -1 when not told. */
      get_content_range(): [boolean, number, number, number];
      set_content_range(start: number, end: number, total: number): void;
      set_range(start: number, end: number): void;
      get_encoding(): Encoding;
      set_encoding(encoding: Encoding): void;
    }

    interface MessageMetrics {
      get_fetch_start(): number;
      get_dns_start(): number;
      get_dns_end(): number;
      get_connect_start(): number;
      get_connect_end(): number;
      get_tls_start(): number;
      get_request_start(): number;
      get_response_start(): number;
      get_response_end(): number;
      get_request_header_bytes_sent(): number;
      get_response_body_bytes_received(): number;
      get_response_body_size(): number;
      get_response_header_bytes_received(): number;
    }

    class Message extends GObject.Object {
      constructor(properties: { method: string; uri: GLib.Uri; flags?: MessageFlags });
      /** Null when the address cannot be parsed. */
      static new(method: string, uri: string): Message | null;
      static new_from_uri(method: string, uri: GLib.Uri): Message;

      readonly request_headers: MessageHeaders;
      readonly response_headers: MessageHeaders;
      readonly status_code: number;
      readonly reason_phrase: string;
      readonly http_version: HTTPVersion;
      readonly remote_address: Gio.SocketAddress | null;
      readonly tls_peer_certificate: Gio.TlsCertificate | null;
      readonly tls_peer_certificate_errors: Gio.TlsCertificateFlags;
      readonly tls_protocol_version: Gio.TlsProtocolVersion;
      method: string;
      uri: GLib.Uri;
      flags: MessageFlags;
      priority: MessagePriority;
      is_keepalive(): boolean;
      get_method(): string;
      get_uri(): GLib.Uri;
      set_uri(uri: GLib.Uri): void;
      get_flags(): MessageFlags;
      set_flags(flags: MessageFlags): void;
      add_flags(flags: MessageFlags): void;
      remove_flags(flags: MessageFlags): void;
      query_flags(flags: MessageFlags): boolean;
      get_request_headers(): MessageHeaders;
      get_response_headers(): MessageHeaders;
      get_reason_phrase(): string | null;
      get_remote_address(): Gio.SocketAddress | null;
      get_tls_peer_certificate(): Gio.TlsCertificate | null;
      get_tls_peer_certificate_errors(): Gio.TlsCertificateFlags;
      get_connection_id(): number;
      get_metrics(): MessageMetrics | null;
      get_priority(): MessagePriority;
      set_priority(priority: MessagePriority): void;
      set_request_body(
        content_type: string | null,
        stream: Gio.InputStream | null,
        content_length: number,
      ): void;
      set_request_body_from_bytes(content_type: string | null, bytes: GLib.Bytes | Uint8Array | null): void;
      set_tls_client_certificate(certificate: Gio.TlsCertificate | null): void;

      connect(
        signal: 'accept-certificate',
        callback: (
          message: this,
          certificate: Gio.TlsCertificate,
          errors: Gio.TlsCertificateFlags,
        ) => boolean,
      ): number;
      connect(
        signal:
          | 'finished'
          | 'got-body'
          | 'got-headers'
          | 'got-informational'
          | 'restarted'
          | 'starting'
          | 'wrote-body'
          | 'wrote-headers',
        callback: (message: this) => void,
      ): number;
      connect(signal: 'got-body-data', callback: (message: this, chunk_size: number) => void): number;
      connect(
        signal: 'network-event',
        callback: (message: this, event: Gio.SocketClientEvent, connection: Gio.IOStream) => void,
      ): number;
      connect(signal: string, callback: (message: this, pspec: GObject.ParamSpec) => void): number;
    }

    interface SessionFeature extends GObject.Object {}

    class Logger extends GObject.Object implements SessionFeature {
      static new(level: LoggerLogLevel): Logger;
      set_printer(
        printer: ((logger: Logger, level: LoggerLogLevel, direction: string, data: string) => void) | null,
      ): void;
    }

    class ContentDecoder extends GObject.Object implements SessionFeature {}

    interface SessionProperties {
      accept_language?: string;
      accept_language_auto?: boolean;
      idle_timeout?: number;
      local_address?: Gio.InetSocketAddress;
      max_conns?: number;
      max_conns_per_host?: number;
      proxy_resolver?: Gio.ProxyResolver | null;
      /** Connect here instead of to the host in the address: a Gio.UnixSocketAddress, for example. */
      remote_connectable?: Gio.SocketConnectable;
      /** Seconds without a byte. */
      timeout?: number;
      tls_database?: Gio.TlsDatabase | null;
      tls_interaction?: Gio.TlsInteraction | null;
      user_agent?: string;
    }

    class Session extends GObject.Object {
      constructor(properties?: SessionProperties);
      static new(): Session;

      accept_language: string;
      idle_timeout: number;
      readonly local_address: Gio.InetSocketAddress;
      readonly max_conns: number;
      readonly max_conns_per_host: number;
      readonly remote_connectable: Gio.SocketConnectable;
      proxy_resolver: Gio.ProxyResolver | null;
      timeout: number;
      tls_database: Gio.TlsDatabase | null;
      user_agent: string;

      abort(): void;
      add_feature(feature: SessionFeature): void;
      add_feature_by_type(type: GObject.GType): void;
      remove_feature_by_type(type: GObject.GType): void;
      has_feature(type: GObject.GType): boolean;
      get_async_result_message(result: Gio.AsyncResult): Message | null;
      set_timeout(seconds: number): void;
      set_idle_timeout(seconds: number): void;
      set_user_agent(agent: string): void;
      set_proxy_resolver(resolver: Gio.ProxyResolver | null): void;
      set_tls_database(database: Gio.TlsDatabase | null): void;

      send(message: Message, cancellable: Gio.Cancellable | null): Gio.InputStream;
      send_async(
        message: Message,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
      ): Promise<Gio.InputStream>;
      send_async(
        message: Message,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
        callback: AsyncReady<this>,
      ): void;
      send_finish(result: Gio.AsyncResult): Gio.InputStream;

      send_and_read(message: Message, cancellable: Gio.Cancellable | null): GLib.Bytes;
      send_and_read_async(
        message: Message,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
      ): Promise<GLib.Bytes>;
      send_and_read_async(
        message: Message,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
        callback: AsyncReady<this>,
      ): void;
      send_and_read_finish(result: Gio.AsyncResult): GLib.Bytes;

      send_and_splice_async(
        message: Message,
        out_stream: Gio.OutputStream,
        flags: Gio.OutputStreamSpliceFlags,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
      ): Promise<number>;
      send_and_splice_async(
        message: Message,
        out_stream: Gio.OutputStream,
        flags: Gio.OutputStreamSpliceFlags,
        io_priority: number,
        cancellable: Gio.Cancellable | null,
        callback: AsyncReady<this>,
      ): void;
      send_and_splice_finish(result: Gio.AsyncResult): number;

      connect(
        signal: 'request-queued' | 'request-unqueued',
        callback: (session: this, message: Message) => void,
      ): number;
      connect(signal: string, callback: (session: this, pspec: GObject.ParamSpec) => void): number;
    }

    class ServerMessage extends GObject.Object {
      get_method(): string;
      get_uri(): GLib.Uri;
      get_request_headers(): MessageHeaders;
      get_response_headers(): MessageHeaders;
      get_request_body(): MessageBody;
      get_response_body(): MessageBody;
      get_remote_host(): string | null;
      get_status(): number;
      set_status(status_code: number, reason_phrase: string | null): void;
      set_redirect(status_code: number, redirect_uri: string): void;
      set_response(content_type: string | null, use: MemoryUse, body: Uint8Array | string | null): void;
      pause(): void;
      unpause(): void;
      steal_connection(): Gio.IOStream;
      connect(
        signal:
          | 'accept-certificate'
          | 'connected'
          | 'disconnected'
          | 'finished'
          | 'got-body'
          | 'got-headers'
          | 'wrote-body'
          | 'wrote-chunk'
          | 'wrote-headers',
        callback: (message: this) => void,
      ): number;
      connect(signal: 'wrote-body-data', callback: (message: this, chunk_size: number) => void): number;
    }

    type ServerCallback = (
      server: Server,
      message: ServerMessage,
      path: string,
      query: Record<string, string> | null,
    ) => void;

    class Server extends GObject.Object {
      constructor(properties?: {
        server_header?: string;
        tls_certificate?: Gio.TlsCertificate | null;
        raw_paths?: boolean;
      });
      add_handler(path: string | null, callback: ServerCallback): void;
      add_early_handler(path: string | null, callback: ServerCallback): void;
      remove_handler(path: string): void;
      listen(address: Gio.SocketAddress, options: ServerListenOptions | 0): boolean;
      listen_local(port: number, options: ServerListenOptions | 0): boolean;
      listen_socket(socket: Gio.Socket, options: ServerListenOptions | 0): boolean;
      get_uris(): GLib.Uri[];
      get_listeners(): Gio.Socket[];
      set_tls_certificate(certificate: Gio.TlsCertificate): void;
      pause_message(message: ServerMessage): void;
      unpause_message(message: ServerMessage): void;
      disconnect(): void;
      disconnect(id: number): void;
      connect(
        signal: 'request-started' | 'request-read' | 'request-finished' | 'request-aborted',
        callback: (server: this, message: ServerMessage) => void,
      ): number;
    }
  }

  export default Soup;
}

declare module 'gi://Soup' {
  import Soup from 'gi://Soup?version=3.0';
  export default Soup;
}
