package consistency_test

import "testing/fstest"

// faulty is a folder of checks with a fault of each kind.
var faulty = fstest.MapFS{
	"rules/cc_provider.yaml":   {Data: []byte("id: cc_provider\nname: Clinician\norder: 1\nchecked: 2026-11-24\neffective:\n  2013-01-01:\n    severity: {different: grave}\n    references: []\n")},
	"rules/cc_start_stop.yaml": {Data: []byte("id: cc_start_stop\nname: Times\norder: 2\nchecked: 2026-11-24\neffective:\n  2013-01-01:\n    severity: {different: block, slightly: warn}\n    references: [{title: Ours, mark: U}]\n")},
	"rules/cc_other.yaml":      {Data: []byte("id: cc_other\nname: Other\norder: 3\nchecked: 2026-11-24\neffective: {}\n")},
	"words/degrees.yaml":       {Data: []byte("id: degrees\nabout: degrees\nchecked: 2026-11-24\nreference: [{title: Ours, mark: C}]\ngroups: []\n")},
}
