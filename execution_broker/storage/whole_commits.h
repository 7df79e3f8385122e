#pragma once

// A SQLite VFS between SQLite and the real one: the frames of one commit reach the log in one write.
//
// SQLite writes a commit of n pages to its write-ahead log as 2n small writes, a header and a page at a
// time, the last header marked as the commit's end. Here they are kept until that last page has come
// and then written together, before its write returns: so an error (a full disk, too) is reported for
// the same commit as without, and nobody is shown a frame that is not in the file, because SQLite
// publishes a commit's frames after that write only. Whatever else is done to the log (read, sync,
// truncate, size, close, a frame written again) first writes what is kept.
// Other files are opened by the real VFS itself and cost nothing here.

#include <string>

namespace broker {

// The name to open a database with so that its log is written whole commits at a time, over the VFS of
// that name (empty: SQLite's default). Registered at the first call, for the life of the process; a VFS
// of a test may come and go under it, as long as no file is open.
std::string whole_commits_over(const std::string& vfs);

}  // namespace broker
