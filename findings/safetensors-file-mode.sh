#!/bin/sh
# safetensors 0.8.0 writes files that only their owner can read, whatever the umask
#
# Versions: safetensors 0.8.0 (the current release) beside 0.7.0, numpy 2.2.6, Python 3.10 or newer, Linux.
# Guess:     save_file makes a file as open(path, "wb") does: mode 0666 less the umask, 0644 with 022; and a file that is there
#            and is written again keeps its mode.
# Seen:      0.7.0 does. 0.8.0 gives 0600, to a new file and to one that was 0664, with the umask 022 and 002; nothing is said. The mode is
#            that of a temporary file, which is then moved to the name.
# Matters:   weights that one user, container or job trains are read by another (`respath train --load-weights`, a group's folder,
#            a web server): since the update these fail with "permission denied", for files that can be written again and again. chmod
#            after save_file.
# Known:     https://github.com/safetensors/safetensors/issues/782, open on 30 November 2026.
# Exit:      0 while 0.8.0 behaves so; 1 when it does not, or 0.7.0 does too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/modes.py" <<'END'
import os, sys
import numpy, safetensors
from safetensors.numpy import load_file, save_file

def mode(umask, path, before=None):
    os.umask(umask)
    if before is not None:
        open(path, "wb").close()
        os.chmod(path, before)
    save_file({"weight": numpy.ones(3, "f4")}, path)
    assert load_file(path)["weight"].sum() == 3
    return f"{os.stat(path).st_mode & 0o777:04o}"

print(mode(0o022, sys.argv[1] + "a"), mode(0o002, sys.argv[1] + "b"), mode(0o022, sys.argv[1] + "c", 0o664))
END
seen() {
  python3 -m venv "$folder/$1"
  "$folder/$1/bin/pip" install --quiet --disable-pip-version-check "safetensors==$1" numpy==2.2.6
  "$folder/$1/bin/python" "$folder/modes.py" "$folder/$1-"
}
echo "mode of a new file with umask 022, with 002, and of one that was 0664"
old=$(seen 0.7.0)
echo "safetensors 0.7.0: $old"
new=$(seen 0.8.0)
echo "safetensors 0.8.0: $new"
[ "$old" = "0644 0664 0664" ] && [ "$new" = "0600 0600 0600" ]
