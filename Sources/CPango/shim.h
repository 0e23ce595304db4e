#ifndef CPANGO_SHIM_H
#define CPANGO_SHIM_H

// Pages of PDF and pictures by cairo, and their text, with the fonts and scripts that it needs, by Pango.
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#endif
