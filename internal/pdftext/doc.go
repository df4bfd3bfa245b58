// Package pdftext reads the words of a PDF as a person sees them: page by page, line by line, from
// bytes that nobody vouches for. It reads text only: no picture, no script, no attached file, and
// no text that is drawn invisibly, which is what a scanner guessed and not what the page shows.
//
// It is bounded by its making: the table of offsets in the file is not believed, objects are found
// by one walk through the bytes; bytes unpacked, values kept, words drawn and depths are counted
// against fixed limits. Readers that follow the table can be led in circles until their stack is
// full, or made to ask for more memory than there is, by a file of 150 bytes; in Go that ends the
// program, and nothing can catch it. It starts nothing, waits for nothing and asks nobody.
package pdftext
