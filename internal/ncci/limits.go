package ncci

// The limits of what is read. CMS's largest file, one part of the practitioner PTP table, is about
// 50 MB of text, 10 MB zipped, 700,000 rows; the limits leave room for growth and no more.
const (
	maxFileBytes    = 256 << 20  // bytes: one file as it is given
	maxPartBytes    = 512 << 20  // bytes: one file within a zip, unpacked
	maxZipBytes     = 1 << 30    // bytes: all files within a zip, unpacked
	maxZipFiles     = 1000       // files within a zip
	maxRatio        = 200        // unpacked bytes for each packed byte; CMS's files reach about 30
	ratioFloorBytes = 1 << 20    // bytes: the ratio of smaller files is not looked at
	maxSheetMemory  = 16 << 20   // bytes: a larger sheet is unpacked into the directory for temporary files
	maxLineBytes    = 64 << 10   // bytes: one line of text
	maxRowBytes     = 256 << 10  // bytes: one row of text, with the line breaks within its quotes
	maxRows         = 10_000_000 // rows of all files together, title and header lines included
	headerWithin    = 50         // rows at the beginning in which the header must stand
	headerSpan      = 6          // rows below the header's first one that may continue it
	shownBytes      = 40         // bytes of a wrong value that a fault repeats
	faultsShown     = 20         // faults that are written out; the rest is a count
)
