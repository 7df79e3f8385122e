// The programs make themselves undumpable, and LeakSanitizer, which looks at its process as a debugger would, ends them for it
// at their exit. In the address sanitizer's build they go without; leaks are looked for in the unit tests, which link the
// same libraries. Read by the sanitizer's runtime before main().
extern "C" const char* __asan_default_options();  // NOLINT(bugprone-reserved-identifier): the runtime's name
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
