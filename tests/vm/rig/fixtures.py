# SPDX-License-Identifier: GPL-3.0-or-later
"""What the virtual machines start with: keys, modules, the guest, disks, stores of variables. Made once, kept in a folder."""

import glob
import hashlib
import os
import shutil
import subprocess

from . import store

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIM = "/usr/lib/shim/shimx64.efi.signed"
KEY_MANAGER = "/usr/lib/shim/mmx64.efi.signed"
GRUB = "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"
STUB = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"
MENU = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
# A kernel of the menu of systemd-boot that is the same as the other, but for its name and for what it tells the guest.
OLDER = "6.1.0-older"
VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"
BLANK_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
ARGUMENTS = "console=ttyS0 quiet loglevel=4 random.trust_cpu=on"
# What neither is built into the kernel nor can be loaded before a root is there.
MODULES = (
    "fs/netfs/netfs", "net/9p/9pnet", "net/9p/9pnet_virtio", "fs/9p/9p", "fs/efivarfs/efivarfs",
    "fs/overlayfs/overlay", "drivers/block/virtio_blk", "fs/fat/fat", "fs/fat/vfat", "fs/nls/nls_cp437", "fs/nls/nls_ascii",
)  # fmt: skip
# Made to sign modules only: shim refuses such a key for kernels and boot loaders.
KEY_USE = "codeSigning,1.3.6.1.4.1.2312.16.1.2"


def run(*command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Fixtures:
    """Paths of everything that was made, as attributes."""

    def __init__(self, folder):
        self.folder = folder
        self.kernel = os.path.basename(max(glob.glob("/usr/lib/modules/*")))
        os.makedirs(folder, exist_ok=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def der(self, name):
        return self.path(name + ".der")

    def certificate(self, name):
        with open(self.der(name), "rb") as file:
            return file.read()

    def fingerprint(self, name):
        return hashlib.sha1(self.certificate(name)).hexdigest()

    def key(self):
        """Changes whenever something that is made from it does."""
        digest = hashlib.sha256()
        # The other files of the guest are read where they are.
        for path in (os.path.join(HERE, "guest", "init"), os.path.join(HERE, "guest", "hearth_hello.c"), os.path.abspath(__file__)):
            with open(path, "rb") as file:
                digest.update(file.read())
        for path in (SHIM, KEY_MANAGER, GRUB, STUB, MENU, VARIABLES, "/usr/bin/busybox"):
            status = os.stat(path)
            digest.update(f"{path} {status.st_size} {int(status.st_mtime)}\n".encode())
        digest.update(self.kernel.encode())
        return digest.hexdigest()

    def make(self):
        """Makes what is missing. Returns whether anything was."""
        stamp = self.path("stamp")
        if os.path.exists(stamp):
            with open(stamp, encoding="ascii") as file:
                if file.read() == self.key():
                    return False
        shutil.rmtree(self.folder)
        os.makedirs(self.folder)
        self.make_keys()
        self.make_modules()
        self.make_guest()
        self.make_disks()
        with open(stamp, "w", encoding="ascii") as file:
            file.write(self.key())
        return True

    def make_keys(self):
        for name, subject in (
            ("ours", "Hearth test key"),
            ("second", "Hearth second test key"),
            ("foreign", "Somebody else's key"),
            ("owner", "Key of this firmware's owner"),
        ):
            use = [] if name == "owner" else ["-addext", f"extendedKeyUsage={KEY_USE}"]
            run(
                "openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "3650", "-sha256",
                "-subj", f"/CN={subject}/", "-addext", "basicConstraints=critical,CA:FALSE",
                "-addext", "keyUsage=critical,digitalSignature", *use, "-config", "/dev/null",
                "-keyout", self.path(name + ".key"), "-outform", "DER", "-out", self.der(name),
            )  # fmt: skip
        run("openssl", "x509", "-inform", "DER", "-in", self.der("owner"), "-out", self.path("owner.pem"))

    def make_modules(self):
        """One module: unsigned, signed with each key, and changed after it was signed."""
        build = self.path("module")
        os.makedirs(build)
        shutil.copy(os.path.join(HERE, "guest", "hearth_hello.c"), build)
        with open(os.path.join(build, "Makefile"), "w", encoding="ascii") as file:
            file.write("obj-m := hearth_hello.o\n")
        # Type information would need the kernel itself, with symbols.
        run("make", "-s", "-C", f"/usr/src/linux-headers-{self.kernel}", f"M={build}", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules")
        plain = self.path("unsigned.ko")
        run("strip", "-g", "-o", plain, os.path.join(build, "hearth_hello.ko"))
        sign = glob.glob("/usr/lib/linux-kbuild-*/scripts/sign-file")[0]
        for name in ("ours", "second", "foreign"):
            run(sign, "sha256", self.path(name + ".key"), self.der(name), plain, self.path(name + ".ko"))
        with open(self.path("ours.ko"), "rb") as file:
            changed = file.read().replace(b"hearth_hello: loaded", b"hearth_hello: Loaded")
        with open(self.path("tampered.ko"), "wb") as file:
            file.write(changed)

    def make_guest(self):
        tree = self.path("guest")
        for name in ("bin", "proc", "sys", "dev", "job", "root", "modules", "over", "new"):
            os.makedirs(os.path.join(tree, name))
        shutil.copy("/usr/bin/busybox", os.path.join(tree, "bin"))
        shutil.copy(os.path.join(HERE, "guest", "init"), tree)
        for name in MODULES:
            with open(os.path.join(tree, "modules", os.path.basename(name) + ".ko"), "wb") as file:
                subprocess.run(["xz", "-dc", f"/usr/lib/modules/{self.kernel}/kernel/{name}.ko.xz"], stdout=file, check=True)
        # Small enough that unpacking it takes longer than reading it.
        run("sh", "-c", f"cd '{tree}' && find . | LC_ALL=C sort | cpio --quiet -R 0:0 -o -H newc >'{self.path('initrd')}'")

    def make_disks(self):
        """EFI partitions: the usual one, one without MokManager, one that starts past shim, one with the menu of systemd-boot."""
        kernel = f"/usr/lib/modules/{self.kernel}/vmlinuz"
        menu = self.path("grub.cfg")
        with open(menu, "w", encoding="ascii") as file:
            file.write("set timeout=0\nsearch --no-floppy --file /vmlinuz --set root\n")
            file.write(f"linux /vmlinuz {ARGUMENTS}\ninitrd /initrd\nboot\n")
        usual = {"EFI/BOOT/BOOTX64.EFI": SHIM, "EFI/BOOT/mmx64.efi": KEY_MANAGER, "EFI/BOOT/grubx64.efi": GRUB,
                 "EFI/debian/grub.cfg": menu, "vmlinuz": kernel, "initrd": self.path("initrd")}  # fmt: skip
        self.make_disk("usual", usual)
        self.make_disk("no-key-manager", {k: v for k, v in usual.items() if not k.endswith("mmx64.efi")})
        image = self.path("linux.efi")
        run("ukify", "build", f"--linux={kernel}", f"--initrd={self.path('initrd')}", f"--cmdline={ARGUMENTS}", f"--stub={STUB}",
            f"--output={image}.unsigned")  # fmt: skip
        run("sbsign", "--key", self.path("owner.key"), "--cert", self.path("owner.pem"), "--output", image, f"{image}.unsigned")
        self.make_disk("no-shim", {"EFI/BOOT/BOOTX64.EFI": image})
        os.unlink(f"{image}.unsigned")
        entries = {"loader/loader.conf": "timeout 0\n"}
        for release in (self.kernel, OLDER):
            entries[f"loader/entries/hearth-{release}.conf"] = (
                f"title Hearth\nversion {release}\nlinux /vmlinuz\ninitrd /initrd\noptions {ARGUMENTS} hearth.kernel={release}\n"
            )
        for number, (path, text) in enumerate(list(entries.items())):
            entries[path] = self.path(f"menu-{number}")
            with open(entries[path], "w", encoding="ascii") as file:
                file.write(text)
        self.make_disk("boot-menu", {**entries, "EFI/BOOT/BOOTX64.EFI": MENU, "vmlinuz": kernel, "initrd": self.path("initrd")})
        # A firmware whose owner put a key of their own into db, as sbctl does.
        shutil.copy(VARIABLES, self.path("owner.fd"))
        run("virt-fw-vars", "--inplace", self.path("owner.fd"), "--add-db", "11111111-2222-3333-4444-123456789abc", self.path("owner.pem"))

    def partition(self, disk):
        """Files on a disk, as paths with slashes."""
        return [line.replace("::", "", 1) for line in run("mdir", "-/", "-b", "-i", self.path(disk + ".disk"), "::").splitlines()]

    def make_disk(self, name, files):
        disk = self.path(name + ".disk")
        with open(disk, "wb") as file:
            file.truncate(96 << 20)
        run("mformat", "-i", disk, "-F", "-v", "HEARTHESP", "::")
        folders = sorted({os.path.dirname(p) for p in files} | {"EFI"} | ({"loader"} if any(p.startswith("loader/") for p in files) else set()))
        for folder in (f for f in folders if f):
            run("mmd", "-i", disk, "::/" + folder)
        for target, source in files.items():
            run("mcopy", "-i", disk, source, "::/" + target)

    def variables(self, target, enrolled=(), base=VARIABLES):
        """A store of variables for one machine; `enrolled` are keys that are trusted from the beginning."""
        shutil.copy(base, target)
        os.chmod(target, 0o600)
        if enrolled:
            lists = b"".join(store.signature_list(self.certificate(name)) for name in enrolled)
            store.write(target, {"MokList": (3, lists)})
        return target
