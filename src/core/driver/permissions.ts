// SPDX-License-Identifier: GPL-3.0-or-later

/** polkit actions by which a person allows each thing, as `data/polkit` and the package services name them. */
export const permissions = {
  'build-module': 'io.github.hearthdesktop.Hearth.Mechanism1.rebuild-module',
  'prepare-key': 'io.github.hearthdesktop.Hearth.Mechanism1.prepare-key',
  'driver-arguments': 'io.github.hearthdesktop.Hearth.Mechanism1.set-driver-arguments',
  'default-kernel': 'io.github.hearthdesktop.Hearth.Mechanism1.set-default-kernel',
  'place-key-manager': 'io.github.hearthdesktop.Hearth.Mechanism1.place-key-manager',
  'withdraw-request': 'io.github.hearthdesktop.Hearth.Mechanism1.cancel-request',
} as const;

/** Of the package services. */
export interface PackagePermissions {
  readonly install: string;
  readonly remove: string;
  readonly repository: string;
}

export const packageKitPermissions: PackagePermissions = {
  install: 'org.freedesktop.packagekit.package-install',
  remove: 'org.freedesktop.packagekit.package-remove',
  repository: 'org.freedesktop.packagekit.system-sources-configure',
};

export const dnfPermissions: PackagePermissions = {
  install: 'org.rpm.dnf.v0.rpm.execute_transaction',
  remove: 'org.rpm.dnf.v0.rpm.execute_transaction',
  repository: 'org.rpm.dnf.v0.rpm.Repo.conf_write',
};

export const ostreePermissions: PackagePermissions & {
  readonly rebase: string;
  readonly cleanup: string;
} = {
  install: 'org.projectatomic.rpmostree1.install-uninstall-packages',
  remove: 'org.projectatomic.rpmostree1.install-uninstall-packages',
  repository: '',
  rebase: 'org.projectatomic.rpmostree1.rebase',
  cleanup: 'org.projectatomic.rpmostree1.cleanup',
};
