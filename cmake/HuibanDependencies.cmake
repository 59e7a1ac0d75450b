find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(ICU REQUIRED COMPONENTS i18n uc)  # Chinese text: pinyin, GB18030
pkg_check_modules(GSTREAMER REQUIRED IMPORTED_TARGET gstreamer-1.0 gstreamer-base-1.0 gstreamer-app-1.0 gstreamer-video-1.0 gstreamer-rtp-1.0)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0 gobject-2.0)
pkg_check_modules(LWS REQUIRED IMPORTED_TARGET libwebsockets)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(TOMLPP REQUIRED IMPORTED_TARGET tomlplusplus)

# Debian has it for amd64 alone and ships no pkg-config file; without it OpenSSL does AES-GCM (docs/adr/0009).
find_path(IPSEC_MB_INCLUDE intel-ipsec-mb.h)
find_library(IPSEC_MB_LIBRARY IPSec_MB)
if(IPSEC_MB_INCLUDE AND IPSEC_MB_LIBRARY)
  add_library(huiban::ipsec_mb UNKNOWN IMPORTED)
  set_target_properties(huiban::ipsec_mb PROPERTIES IMPORTED_LOCATION ${IPSEC_MB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${IPSEC_MB_INCLUDE})
endif()

# Only the tests need these; without Catch2 (scripts/start installs none) the tests are left out.
find_package(Catch2 2 QUIET)
pkg_check_modules(GST_CHECK IMPORTED_TARGET gstreamer-check-1.0)
pkg_check_modules(GST_WEBRTC IMPORTED_TARGET gstreamer-webrtc-1.0 gstreamer-sdp-1.0)  # peers in tests/media
pkg_check_modules(SRTP2 IMPORTED_TARGET libsrtp2)  # differential tests
