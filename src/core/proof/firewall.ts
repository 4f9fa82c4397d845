// SPDX-License-Identifier: GPL-3.0-or-later

import type { Cancel } from '../cancel.ts';

/** A rule in firewalld's rich language, in one of its zones. */
export interface FirewallRule {
  readonly zone: string;
  readonly rule: string;
}

/** firewalld, by way of its own service and with the permission that it asks for. */
export interface Firewall {
  /**
   * The zones that guard a network now, and the usual one, with their rules; null where firewalld does not run. Asks
   * nobody.
   */
  look(): Promise<readonly FirewallZone[] | null>;
  /** Adds rules, now and for good; those that are there stay. @throws no-firewall, firewall-refused */
  add(rules: readonly FirewallRule[], cancel: Cancel): Promise<void>;
  /** Takes rules away, now and for good. @throws no-firewall, firewall-refused */
  remove(rules: readonly FirewallRule[], cancel: Cancel): Promise<void>;
}

export interface FirewallZone {
  readonly zone: string;
  readonly rules: readonly string[];
}

/** Zones whose networks are inside this computer: those of virtual machines and containers. */
const inside = /^(libvirt.*|docker|trusted|nm-shared|podman.*)$/;

/**
 * Keeps other computers from a port. What this computer asks itself goes over its loopback interface, which is in no
 * zone. A rule that rejects comes before those that accept, whatever opened the port (firewalld.richlanguage(5)).
 */
export function rejectRule(port: number): string {
  return `rule port port="${port}" protocol="tcp" reject`;
}

/** Rules that close a port in every zone where it is not closed yet. */
export function closingRules(port: number, zones: readonly FirewallZone[]): readonly FirewallRule[] {
  const rule = rejectRule(port);
  return guarding(zones)
    .filter(({ rules }) => !rules.includes(rule))
    .map(({ zone }) => ({ zone, rule }));
}

/** Whether other computers are kept from a port by a rule in each zone. */
export function isClosed(port: number, zones: readonly FirewallZone[] | null): boolean {
  return zones !== null && guarding(zones).length > 0 && closingRules(port, zones).length === 0;
}

function guarding(zones: readonly FirewallZone[]): readonly FirewallZone[] {
  return zones.filter(({ zone }) => !inside.test(zone));
}
