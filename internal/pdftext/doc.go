// Package pdftext reads the words of a PDF as a person sees them: page by page, line by line, from
// bytes that nobody vouches for. It reads text only: no picture, no script, no attached file, and
// no text that is drawn invisibly or beside the page, which is what a scanner guessed or somebody hid
// and not what the page shows. The colour of text is not looked at: what is white on white is read.
//
// The reader is PDFium, the one in Chromium, as WebAssembly: it runs within this process and reaches
// nothing of it but the bytes of one file. It is given no file system, no network, no arguments, no
// environment, no clock (its time stands still) and no chance (its random numbers are always the same),
// and what it prints is thrown away. Every file gets an instance of its own that is thrown away after it,
// so that nothing of one patient's file is there when the next one is read, and whatever a file does to
// the reader ends with that file. Memory, time, bytes, pages and letters are bounded by fixed limits;
// what fails within is one error here, in words for the clinician.
//
// The first PDF, or Warm, turns the WebAssembly into code of this machine, which takes some seconds of
// one processor and some hundred megabytes while it lasts; nothing is done before. With a directory
// to keep the result in, the next start takes a tenth of a second.
package pdftext
