// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from 'vitest';
import { Store } from './store.ts';

test('watchers hear of changes, and of nothing else', () => {
  const store = new Store({ a: 1, b: 1 });
  const seen: number[] = [];
  const stop = store.watch(
    (value) => value.a,
    (a) => seen.push(a),
  );
  store.update((value) => ({ ...value, b: 2 }));
  store.update((value) => ({ ...value, a: 2 }));
  store.update((value) => value);
  stop();
  store.update((value) => ({ ...value, a: 3 }));
  expect(seen).toEqual([1, 2]);
});

test('a watcher may leave while it is called', () => {
  const store = new Store(0);
  const seen: string[] = [];
  const stop = store.subscribe(() => {
    seen.push('once');
    stop();
  });
  store.subscribe(() => seen.push('always'));
  store.set(1);
  store.set(2);
  expect(seen).toEqual(['once', 'always', 'always']);
});
