// SPDX-License-Identifier: GPL-3.0-or-later

/** The same in both profiles, so that a development build finds its own interface. */
export const resourceBase = '/io/github/hearthdesktop/Hearth';

/** Where the compiled blueprint of a widget class lies. */
export function template(name: string): string {
  return `resource://${resourceBase}/ui/${name}.ui`;
}

export function picture(name: string): string {
  return `${resourceBase}/pictures/${name}.svg`;
}
