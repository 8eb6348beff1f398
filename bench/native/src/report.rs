pub fn write(_: &std::path::Path, _: &std::path::Path) -> anyhow::Result<()> { Ok(()) }
