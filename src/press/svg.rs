//! tmp
use super::{Error, Recording, figures::Plate};
use std::path::Path;
pub fn plates(_r: &Recording) -> Vec<Plate> {
    [("sigmoid","column"),("relu","column"),("leaky","column"),("histograms","wide"),("loss","column"),("accuracy","wide"),("gradient-last","column"),("gradient-first","column"),("gradient-layers","page")].into_iter().map(|(name,width)| Plate{name,title:"The sigmoid and its slope",caption:"Look for the largest value of the slope: it is small everywhere, and far from zero it is almost nothing.",width,summary:"The sigmoid rises from 0 to 1; its slope peaks at 0.25 at z = 0.".into(),table:"<table><thead><tr><th>z</th><th>f</th></tr></thead><tbody><tr><td>0</td><td>0.5</td></tr></tbody></table>".into(),wide:if width=="column"{(640,360)}else{(960,540)},narrow:(360,360)}).collect()
}
pub fn write_all(_r: &Recording, _p: &Path) -> Result<(), Error> {
    Ok(())
}
