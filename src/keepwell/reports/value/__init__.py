"""Value chapters: what each part rests on, the verdict, root causes, lists, strategies."""
