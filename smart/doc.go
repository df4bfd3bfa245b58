// Package smart lets EHRs launch a server-side app as SMART App Launch 2.2 describes.
package smart
