// SPDX-License-Identifier: GPL-3.0-or-later

// The part of GioUnix that Hearth uses; there is no package for it in the pinned set.

declare module 'gi://GioUnix?version=2.0' {
  import Gio from 'gi://Gio?version=2.0';

  namespace GioUnix {
    class InputStream extends Gio.InputStream {
      static new(fd: number, close_fd: boolean): InputStream;
      get_fd(): number;
      set_close_fd(close_fd: boolean): void;
    }

    class OutputStream extends Gio.OutputStream {
      static new(fd: number, close_fd: boolean): OutputStream;
      get_fd(): number;
      set_close_fd(close_fd: boolean): void;
    }

    class MountEntry {
      get_device_path(): string;
      get_fs_type(): string;
      get_mount_path(): string;
      get_options(): string | null;
      is_readonly(): boolean;
    }

    function mount_entry_for(path: string): [MountEntry | null, number];
    function mount_entries_get(): [MountEntry[], number];
  }

  export default GioUnix;
}

declare module 'gi://GioUnix' {
  import GioUnix from 'gi://GioUnix?version=2.0';
  export default GioUnix;
}
