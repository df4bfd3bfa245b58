package fhir

// Limits bound what is read before anything is decoded, because a small body can decode into a
// large heap: one megabyte of empty extensions becomes more than a hundred in the models.
type Limits struct {
	Bytes          int // of one response or file, after decompression
	Ratio          int // of decompressed to compressed bytes
	Depth          int // levels of objects and lists in one resource
	ResourceValues int // JSON values in one resource
	PageValues     int // JSON values in one Bundle
	Pages          int // followed in one search
	Resources      int // read for one visit
	TotalBytes     int // decoded for one visit
	LineBytes      int // of one NDJSON line
}

// DefaultLimits are the limits of every reader. The largest official example of a resource has
// 1,655 values in 22 levels: the limits are about twelve and three times that.
func DefaultLimits() Limits {
	return Limits{
		Bytes:          8 << 20,
		Ratio:          100,
		Depth:          64,
		ResourceValues: 20_000,
		PageValues:     200_000,
		Pages:          50,
		Resources:      5_000,
		TotalBytes:     256 << 20,
		LineBytes:      4 << 20,
	}
}

// An InputError says that what was given cannot be read, or does not say which visit is meant.
type InputError struct {
	Where   string // such as "entry 3 (Observation)"
	Problem string // what is wrong and what to do
}

// Error is "where: what is wrong, what to do".
func (e *InputError) Error() string { return e.Where + ": " + e.Problem }
