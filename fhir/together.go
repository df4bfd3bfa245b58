package fhir

// sourcesTogether gives the facts that are read together with another the sources of that one: start
// and end are the time that gave the minutes, the names of instruments are what was counted, and the
// terms of a payer are those of the coverage that named it.
func (v *reading) sourcesTogether() {
	facts := v.out.Facts
	for i, service := range facts.Services {
		of := "services[" + itoa(i) + "]."
		v.together(of+"start", service.Start != nil, of+"minutes")
		v.together(of+"end", service.End != nil, of+"minutes")
		v.together(of+"date", !service.Date.IsZero(), of+"activity")
		v.together(of+"linkedActivity", service.LinkedActivity != "", of+"activity")
		v.together(of+"tests", len(service.Tests) > 0, of+"instruments")
		v.together(of+"scored", service.Scored != nil, of+"instruments")
	}
	v.together("payer.name", facts.Payer.Name != "", "payer.kind")
	v.together("payer.timedUnits", facts.Payer.TimedUnits != "", "payer.kind")
	v.together("payer.telehealthModifier", facts.Payer.TelehealthModifier != "", "payer.kind")
	if em := facts.EvaluationManagement; em != nil && em.Code == "" {
		delete(facts.Sources, "evaluationManagement.code") // two codes, of which neither is used
	}
}

// together gives a known fact without sources of its own those of another.
func (v *reading) together(path string, known bool, of string) {
	if known && len(v.out.Facts.Sources[path]) == 0 {
		v.source(path, v.out.Facts.Sources[of]...)
	}
}
