// GLib keeps one table from its own start-up for ever; LeakSanitizer can only tell it from a leak of
// ours by the whole stack.
#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
extern "C" const char* __lsan_default_suppressions() { return "leak:_dl_init\n"; }
#endif
