namespace Wiretale.Capture.Tests;

public class CorpusTests
{
    [CorpusFact]
    public void Gives_as_many_frames_as_tshark_for_every_capture()
    {
        List<string> wrong = [];
        foreach (string file in Corpus.Files)
        {
            long expected = File.ReadLines(Corpus.Golden(file)).LongCount();
            long got = -1;
            try
            {
                using CaptureReader reader = CaptureReader.Open(file);
                got = Reading.Count(reader);
            }
            catch (CaptureException e)
            {
                wrong.Add($"{file}: {e.Message}");
            }

            if (got != expected && !(got < 0 && expected == 0))
            {
                wrong.Add($"{file}: {got} frames, tshark {expected}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(Corpus.Files.Count > 1000);
    }
}
