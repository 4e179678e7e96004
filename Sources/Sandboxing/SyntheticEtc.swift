/// The files of `/etc` that programs expect; the same on every machine.
enum SyntheticEtc {
    static let files = [
        "passwd": """
        root:x:0:0:root:/build/home:/bin/sh
        nobody:x:65534:65534:nobody:/:/bin/false

        """,
        "group": """
        root:x:0:
        nogroup:x:65534:

        """,
        "hosts": """
        127.0.0.1 localhost build
        ::1 localhost build

        """,
        "nsswitch.conf": """
        passwd: files
        group: files
        hosts: files
        services: files
        protocols: files

        """,
    ]
}
