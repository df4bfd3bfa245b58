package coding

// CountsTimeAway reports whether a service counts professional time away from the patient, such as
// interpretation and report: its rules say so. A service without a rule of its own counts none.
func (r *Rules) CountsTimeAway(activity string) bool {
	rules := r.whole.byActivity[activity]
	return rules != nil && rules.timeAway
}
