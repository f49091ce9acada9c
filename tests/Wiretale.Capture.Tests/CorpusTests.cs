namespace Wiretale.Capture.Tests;

public class CorpusTests
{
    [CorpusFact]
    public void Gives_as_many_frames_as_tshark_for_every_capture()
    {
        List<string> wrong = [];
        foreach (string file in Corpus.Files)
        {
            long expected = File.ReadAllBytes(Corpus.Golden(file)).LongCount(b => b == (byte)'\n');
            long got = -1;
            try
            {
                using CaptureReader reader = CaptureReader.Open(file);
                got = Reading.Count(reader);
            }
            catch (CaptureException e)
            {
                // tshark gives up on these as well, and prints nothing.
                got = expected == 0 && e.Kind == CaptureErrorKind.Unsupported ? 0 : got;
            }

            if (got != expected)
            {
                wrong.Add($"{file}: {got} frames, tshark {expected}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(Corpus.Files.Count > 1000);
    }
}
