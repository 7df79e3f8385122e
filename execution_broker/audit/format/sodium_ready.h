#pragma once

// libsodium must be started once before anything random or signed; cheap to call again, from any
// thread.

namespace audit_format {

void sodium_ready();

}  // namespace audit_format
