# Installed for apps: cmake --install BUILD --component tsugi --prefix PREFIX, then
# find_package(tsugi CONFIG) and tsugi::tsugi, or pkg-config tsugi.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS tsugi_shared EXPORT tsugi_targets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT tsugi NAMELINK_COMPONENT tsugi)
install(FILES tsugi.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT tsugi)

set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tsugi")
install(EXPORT tsugi_targets NAMESPACE tsugi:: FILE tsugi-config.cmake
  DESTINATION "${config_folder}" COMPONENT tsugi)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/tsugi-config-version.cmake"
  COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/tsugi-config-version.cmake"
  DESTINATION "${config_folder}" COMPONENT tsugi)

configure_file(tsugi.pc.in tsugi.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/tsugi.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT tsugi)
