// SPDX-License-Identifier: GPL-3.0-or-later

// The composed machines. No computer like these was recorded: each is put together from documented formats, with the
// PCI ids and names of pci.ids.

import { desktops } from './desktops.mjs';
import { drivers } from './drivers.mjs';
import { laptops } from './laptops.mjs';
import { others } from './others.mjs';

export const machines = [...laptops, ...desktops, ...others, ...drivers];
