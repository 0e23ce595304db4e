#ifndef CXLSXWRITER_SHIM_H
#define CXLSXWRITER_SHIM_H

// Workbooks of Office Open XML.
#include <xlsxwriter.h>

#endif
