// SPDX-License-Identifier: GPL-3.0-or-later

/** What Ollama says at /api/version; null when it is something else that answers. */
export function readOllamaVersion(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text.slice(0, 1000));
    if (typeof value !== 'object' || value === null || !('version' in value)) return null;
    const { version } = value;
    return typeof version === 'string' && /^\d[\w.+-]{0,40}$/.test(version) ? version : null;
  } catch {
    return null;
  }
}

/**
 * Whether Ollama may hand requests to its maker's computers: it may unless its service was told not to. Null when no
 * file of its service was found: somebody started it by hand, and then its settings cannot be read.
 */
export function ollamaCloud(units: readonly string[]): boolean | null {
  if (units.length === 0) return null;
  return !units.some((text) => /^\s*Environment=.*\bOLLAMA_NO_CLOUD=(1|true|yes)\b/im.test(text));
}
