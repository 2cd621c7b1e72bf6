# What `cmake --install` leaves: the rooms with their headers, the program, the scenarios, and a package that
# find_package(Weir) finds. One room is Weir::<room> (Weir::sim_stream); Weir::weir is all of them. The same names exist in a
# build that takes this one in by add_subdirectory.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY WEIR_ROOMS)

add_library(weir_all_rooms INTERFACE)
add_library(Weir::weir ALIAS weir_all_rooms)
set_target_properties(weir_all_rooms PROPERTIES EXPORT_NAME weir)
target_link_libraries(weir_all_rooms INTERFACE ${rooms})

if(NOT WEIR_INSTALL)
  return()
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Weir)
install(TARGETS ${rooms} weir_all_rooms EXPORT WeirTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weir)
install(EXPORT WeirTargets NAMESPACE Weir:: DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/WeirConfig.cmake.in ${PROJECT_BINARY_DIR}/WeirConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/WeirConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/WeirConfig.cmake ${PROJECT_BINARY_DIR}/WeirConfigVersion.cmake DESTINATION ${package_dir})

if(TARGET weir)
  install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
foreach(shelf IN ITEMS catalogue museum)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios/${shelf})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios/${shelf}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/weir/scenarios/${shelf}
      FILES_MATCHING PATTERN "*.json" PATTERN "*.csv")
  endif()
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weir)
