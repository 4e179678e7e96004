"""Makes files that are small and become large, or count much, in the folder given. Unsigned: what is asked is what reading
them costs."""
import gzip
import hashlib
import io
import os
import sys
import tarfile
import zlib

folder = sys.argv[1]


def record(key, value):
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return f"{length} {key}={value}\n".encode()


def header(name, size, kind=b"0"):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.mode = size, kind, 0o755
    return info.tobuf(tarfile.USTAR_FORMAT)


def padded(data):
    return data + bytes(-len(data) % 512)


def zeros(before, count):
    """A gzip member of some bytes, then so many zeros, made piece by piece."""
    out, packer = io.BytesIO(), zlib.compressobj(9, zlib.DEFLATED, 31)
    out.write(packer.compress(before))
    piece = bytes(1 << 20)
    for _ in range(count >> 20):
        out.write(packer.compress(piece))
    out.write(packer.flush())
    return out.getvalue()


def package(name, data, control_end=b"", info=None):
    text = info or (
        "pkgname = p\npkgver = 1-r0\narch = wasm32\nsize = 1\ndatahash = "
        + hashlib.sha256(data).hexdigest() + "\n").encode()
    control = gzip.compress(header(".PKGINFO", len(text)) + padded(text) + control_end, mtime=0)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(control + data)


sum_ = record("APK-TOOLS.checksum.SHA1", "0" * 40)
pax = header("PaxHeaders", len(sum_), b"x") + padded(sum_)
# A file of a gibibyte of zeros: a mebibyte when packed.
package("content.apk", zeros(pax + header("zeros", 1 << 30), 1 << 30))
# The same without end of its archive: zeros where members belong.
package("nothing.apk", zeros(header("usr", 0, b"5"), 1 << 30))
# Three hundred thousand folders.
package("folders.apk", gzip.compress(b"".join(header(f"d{n}", 0, b"5") for n in range(300_000)) + bytes(1024), 1, mtime=0))
# Half a gibibyte of pax records, and of a control member.
package("records.apk", zeros(header("PaxHeaders", 1 << 29, b"x") + b"536870912 k=", 1 << 29))
package("control.apk", b"", control_end=header(".post-install", 1 << 28) + bytes(1 << 28))
# One dependency line of many mebibytes.
long = b"pkgname = p\npkgver = 1-r0\narch = wasm32\ndepend = " + b"a " * (12 << 20) + b"\n"
package("line.apk", b"", info=long)
# Indexes: one line of a gibibyte, a gibibyte of empty lines.
for name, byte in (("line", b"T"), ("empty", b"\n")):
    out, packer = io.BytesIO(), zlib.compressobj(9, zlib.DEFLATED, 31)
    out.write(packer.compress(header("APKINDEX", 1 << 30)))
    out.write(packer.compress(b"P:p\nV:1\nT:") if byte == b"T" else b"")
    for _ in range(1 << 10):
        out.write(packer.compress(byte * (1 << 20)))
    out.write(packer.flush())
    os.makedirs(os.path.join(folder, name, "wasm32"))
    open(os.path.join(folder, name, "wasm32", "APKINDEX.tar.gz"), "wb").write(out.getvalue())
# A file of apk 3 that inflates to a gibibyte, and one whose parts lie outside of it.
out, packer = io.BytesIO(), zlib.compressobj(9, zlib.DEFLATED, -15)
out.write(packer.compress(b"ADB.pckg"))
for _ in range(1 << 10):
    out.write(packer.compress(bytes(1 << 20)))
out.write(packer.flush())
open(os.path.join(folder, "inflates.adb"), "wb").write(b"ADBd" + out.getvalue())
root = b"\0\0\0\0" + (0xE0000000 | 0x0FFFFFF0).to_bytes(4, "little")
block = (8 + len(root)).to_bytes(4, "little")
open(os.path.join(folder, "offsets.adb"), "wb").write(b"ADB.pckg" + block + bytes(4) + root)
