// SPDX-License-Identifier: GPL-3.0-or-later

import { check } from './main.ts';

process.exitCode = await check(process.argv.slice(2), console.log, console.error);
