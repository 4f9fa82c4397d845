// SPDX-License-Identifier: GPL-3.0-or-later

/** What the build knows about itself. Made by meson, handed to the composition roots by the entry script. */
export interface BuildConfig {
  /** `io.github.hearthdesktop.Hearth`, with `.Devel` in the development profile. */
  readonly appId: string;
  readonly version: string;
  readonly profile: 'default' | 'development';
  /** Where catalogue, recorded machines and practice data are installed. Absolute. */
  readonly pkgDataDir: string;
  readonly localeDir: string;
  readonly libexecDir: string;
  /** GResource base path, without `.Devel`. */
  readonly resourceBase: string;
}
