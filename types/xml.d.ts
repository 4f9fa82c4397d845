// SPDX-License-Identifier: GPL-3.0-or-later

// D-Bus interfaces are bundled as text; see build-aux/bundle.
declare module '*.xml' {
  const text: string;
  export default text;
}
